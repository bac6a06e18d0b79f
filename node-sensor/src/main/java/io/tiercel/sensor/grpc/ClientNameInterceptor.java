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

/** Accepts calls of clients whose certificate is valid now and carries an allowed name. */
final class ClientNameInterceptor implements ServerInterceptor {
    private static final int DNS_NAME = 2;
    private static final int URI = 6;
    private static final String WILDCARD = "*.";
    private static final String URI_SEPARATOR = "://";

    private final List<String> allowed;
    private final ReloadingTls tls;
    private final RejectedConnectionLog log;

    /**
     * Creates an interceptor.
     *
     * @param allowed exact names, or {@code *.} in place of the first label; empty for all names
     */
    ClientNameInterceptor(List<String> allowed, ReloadingTls tls, RejectedConnectionLog log) {
        this.allowed = List.copyOf(allowed);
        this.tls = tls;
        this.log = log;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Status rejection = rejection(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
        if (rejection == null) {
            return next.startCall(call, headers);
        }
        log.rejected(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR), rejection.getDescription());
        call.close(rejection, new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private @Nullable Status rejection(@Nullable SSLSession session) {
        try {
            if (session == null) {
                return Status.UNAUTHENTICATED.withDescription("the client sent no certificate");
            }
            X509Certificate[] chain = Arrays.stream(session.getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toArray(X509Certificate[]::new);
            tls.checkClient(chain);
            Set<String> names = names(chain[0]);
            return allowed.isEmpty() || names.stream().anyMatch(this::allows)
                    ? null
                    : Status.PERMISSION_DENIED.withDescription(
                            "no name of the client certificate is allowed: " + names);
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            return Status.UNAUTHENTICATED.withDescription("the client certificate is not trusted: " + e.getMessage());
        }
    }

    private boolean allows(String name) {
        // A URI is case-sensitive, and its dots do not only separate host name labels.
        if (name.contains(URI_SEPARATOR)) {
            return allowed.contains(name);
        }
        for (String pattern : allowed) {
            if (pattern.startsWith(WILDCARD)) {
                int dot = name.indexOf('.');
                if (dot > 0 && name.substring(dot + 1).equalsIgnoreCase(pattern.substring(WILDCARD.length()))) {
                    return true;
                }
            } else if (name.equalsIgnoreCase(pattern)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the DNS names, URIs and common name of a certificate. */
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
            for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN")) {
                    names.add(String.valueOf(rdn.getValue()));
                }
            }
        } catch (InvalidNameException e) {
            throw new CertificateParsingException("cannot parse the subject", e);
        }
        return names;
    }
}
