package io.tiercel.sensor.grpc;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import org.jspecify.annotations.Nullable;

/** Names the reasons of failed TLS handshakes in the words of operators. */
final class HandshakeFailures {
    private static final int MAX_DEPTH = 10;

    private HandshakeFailures() {}

    /** Returns the reason of a failure. Of nested exceptions, the innermost one that is known names it. */
    static String describe(Throwable failure) {
        String known = null;
        Throwable cause = failure;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            String name = name(cause);
            known = name == null ? known : name;
            if (cause.getCause() == null) {
                break;
            }
            cause = cause.getCause();
        }
        String detail = String.valueOf(cause.getMessage());
        return known == null ? detail : known + ": " + detail;
    }

    private static @Nullable String name(Throwable cause) {
        return switch (cause) {
            case CertificateExpiredException _ -> "expired certificate";
            case CertificateNotYetValidException _ -> "certificate is not valid yet";
            case CertPathValidatorException _ -> "untrusted certificate";
            case CertPathBuilderException _ -> "untrusted certificate";
            case NotSslRecordException _ -> "no TLS";
            case SslHandshakeTimeoutException _ -> "TLS handshake takes too long";
            case ClosedChannelException _ -> "the client closed the connection during the TLS handshake";
            default -> byMessage(String.valueOf(cause.getMessage()));
        };
    }

    /** The TLS implementation of the JDK distinguishes these only by their texts. */
    private static @Nullable String byMessage(String message) {
        if (message.contains("certificate_required") || message.contains("Empty client certificate chain")) {
            return "no client certificate";
        }
        if (message.contains("protocol_version")) {
            return "unsupported TLS version";
        }
        if (message.contains("Received fatal alert")) {
            return "the client rejected the server's certificate or settings";
        }
        return null;
    }
}
