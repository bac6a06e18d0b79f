package io.tiercel.sensor.grpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Lets through the calls of clients whose certificate is valid now and carries an allowed name. */
final class ClientNameInterceptor implements ServerInterceptor {
    private static final int DNS_NAME = 2;
    private static final int URI = 6;
    private static final String ANY = "*.";
    private static final String URI_MARK = "://";

    private final List<String> allowed;
    private final ReloadingTls tls;
    private final RejectedConnectionLog log;

    /**
     * Checks calls.
     *
     * @param allowed exact names, or {@code *.} in place of the first part; empty for all
     */
    ClientNameInterceptor(List<String> allowed, ReloadingTls tls, RejectedConnectionLog log) {
        this.allowed = List.copyOf(allowed);
        this.tls = tls;
        this.log = log;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Status refusal = refusal(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
        if (refusal == null) {
            return next.startCall(call, headers);
        }
        log.refused(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR), refusal.getDescription());
        call.close(refusal, new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private @Nullable Status refusal(@Nullable SSLSession session) {
        try {
            if (session == null) {
                return Status.UNAUTHENTICATED.withDescription("no certificate");
            }
            X509Certificate[] chain = Arrays.stream(session.getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toArray(X509Certificate[]::new);
            tls.check(chain);
            Set<String> names = names(chain[0]);
            return allowed.isEmpty() || names.stream().anyMatch(this::allows)
                    ? null
                    : Status.PERMISSION_DENIED.withDescription("none of the certificate's names is allowed: " + names);
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            return Status.UNAUTHENTICATED.withDescription("the certificate is not believed: " + e.getMessage());
        }
    }

    private boolean allows(String name) {
        // Case means something in a URI, and its dots are not those of a host name alone.
        if (name.contains(URI_MARK)) {
            return allowed.contains(name);
        }
        for (String rule : allowed) {
            if (rule.startsWith(ANY)) {
                int dot = name.indexOf('.');
                if (dot > 0 && name.substring(dot + 1).equalsIgnoreCase(rule.substring(ANY.length()))) {
                    return true;
                }
            } else if (name.equalsIgnoreCase(rule)) {
                return true;
            }
        }
        return false;
    }

    /** DNS names, URIs, and the common name. */
    private static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
        Set<String> names = new LinkedHashSet<>();
        Collection<List<?>> alternative = certificate.getSubjectAlternativeNames();
        if (alternative != null) {
            for (List<?> name : alternative) {
                if (name.get(0) instanceof Integer kind && (kind == DNS_NAME || kind == URI)) {
                    names.add(String.valueOf(name.get(1)));
                }
            }
        }
        try {
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    names.add(String.valueOf(part.getValue()));
                }
            }
        } catch (InvalidNameException e) {
            throw new CertificateParsingException("its subject cannot be read", e);
        }
        return names;
    }
}
