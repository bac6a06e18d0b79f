package io.tiercel.http;

import io.tiercel.http.HttpResult.Failure;
import io.tiercel.http.HttpResult.NoResponse;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Describes exceptions of the JDK's client without their messages, which may contain parts of the address. */
final class ConnectionFailures {
    static final NoResponse TIMEOUT = new NoResponse(Failure.TIMEOUT, "the response did not arrive in time");
    static final NoResponse CLOSED = new NoResponse(Failure.CLOSED, "the client is closed");
    static final NoResponse BROKEN = new NoResponse(Failure.BROKEN, "the connection ended before the response");

    private static final int MAX_CAUSES = 10;

    /** The names of TLS alerts are constants of the protocol. */
    private static final Pattern TLS_ALERT =
            Pattern.compile("received fatal alert: ([a-z_]{1,40})", Pattern.CASE_INSENSITIVE);

    private ConnectionFailures() {}

    /** Describes an exception. */
    static NoResponse describe(@Nullable Throwable error) {
        if (has(error, HttpConnectTimeoutException.class)) {
            return new NoResponse(Failure.CONNECT, "no connection in time");
        }
        if (has(error, HttpTimeoutException.class)) {
            return TIMEOUT;
        }
        if (has(error, UnresolvedAddressException.class) || has(error, UnknownHostException.class)) {
            return new NoResponse(Failure.UNKNOWN_HOST, "the name of the host cannot be resolved");
        }
        if (has(error, SSLException.class)) {
            return new NoResponse(Failure.TLS, "TLS failed: " + tlsReason(error));
        }
        if (has(error, ConnectException.class)) {
            return new NoResponse(Failure.CONNECT, "connection refused");
        }
        return BROKEN;
    }

    private static String tlsReason(@Nullable Throwable error) {
        if (has(error, CertificateExpiredException.class)) {
            return "the certificate of the server has expired";
        }
        if (has(error, CertPathBuilderException.class)) {
            return "the certificate of the server is not trusted";
        }
        if (has(error, CertificateException.class)) {
            return "the certificate of the server is not valid for this host";
        }
        Throwable cause = error;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            Matcher alert = TLS_ALERT.matcher(String.valueOf(cause.getMessage()));
            if (alert.find()) {
                return "the server refused the handshake with the alert " + alert.group(1);
            }
            cause = cause.getCause();
        }
        return "the handshake did not succeed";
    }

    private static boolean has(@Nullable Throwable error, Class<? extends Throwable> type) {
        Throwable cause = error;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (type.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
