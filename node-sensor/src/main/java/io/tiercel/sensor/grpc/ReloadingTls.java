package io.tiercel.sensor.grpc;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.tiercel.sensor.grpc.GrpcOptions.MutualTlsFiles;
import io.tiercel.sensor.thread.SupervisedScheduler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The server side of mutual TLS 1.3. It reads its files every two seconds and uses new, consistent files for new
 * connections; open connections continue. It logs an inconsistent set of files once and keeps the previous one.
 */
final class ReloadingTls implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ReloadingTls.class.getName());
    private static final long PERIOD_MILLIS = 2_000;

    private final MutualTlsFiles files;
    private final AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
    private final AdvancedTlsX509TrustManager trust;
    private final SslContext context;
    private final ScheduledExecutorService timer = new SupervisedScheduler("grpc-certificates", 1);
    private TlsMaterial current;
    private @Nullable String lastFailure;
    private volatile X509TrustManager clientTrust;

    /**
     * Reads the files, and reloads them periodically.
     *
     * @throws GrpcException if the files are invalid
     */
    static ReloadingTls start(MutualTlsFiles files, long periodMillis) throws GrpcException {
        ReloadingTls tls = new ReloadingTls(files, TlsMaterial.read(files));
        tls.timer.scheduleWithFixedDelay(tls::reload, periodMillis, periodMillis, TimeUnit.MILLISECONDS);
        return tls;
    }

    static ReloadingTls start(MutualTlsFiles files) throws GrpcException {
        return start(files, PERIOD_MILLIS);
    }

    private ReloadingTls(MutualTlsFiles files, TlsMaterial material) throws GrpcException {
        this.files = files;
        this.current = material;
        this.clientTrust = material.trustManager();
        try {
            this.trust = AdvancedTlsX509TrustManager.newBuilder()
                    .setVerification(AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
                    .build();
            use(material);
            this.context = GrpcSslContexts.configure(SslContextBuilder.forServer(identity), SslProvider.JDK)
                    .trustManager(trust)
                    .clientAuth(ClientAuth.REQUIRE)
                    .protocols("TLSv1.3")
                    .build();
        } catch (GeneralSecurityException | SSLException e) {
            throw new GrpcException("cannot use the certificates: " + e.getMessage());
        }
    }

    SslContext context() {
        return context;
    }

    /**
     * Checks a client certificate against the current authorities and time. A resumed or long-lived session may present
     * a certificate that is no longer valid.
     *
     * @throws CertificateException if the certificate is not trusted
     */
    void checkClient(X509Certificate[] chain) throws CertificateException {
        clientTrust.checkClientTrusted(chain, "UNKNOWN");
    }

    private void use(TlsMaterial material) throws GeneralSecurityException {
        try {
            identity.updateIdentityCredentials(material.chain().toArray(X509Certificate[]::new), material.key());
            trust.updateTrustCredentials(material.authorities().toArray(X509Certificate[]::new));
            clientTrust = material.trustManager();
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private void reload() {
        String failure = null;
        try {
            TlsMaterial latest = TlsMaterial.read(files);
            if (!latest.equals(current)) {
                use(latest);
                current = latest;
                LOG.log(Level.INFO, "gRPC: reloaded the certificates, from " + files.certificate());
            }
        } catch (GrpcException | GeneralSecurityException | RuntimeException e) {
            failure = String.valueOf(e.getMessage());
        }
        if (failure != null && !Objects.equals(failure, lastFailure)) {
            LOG.log(Level.WARNING, "gRPC: cannot reload the certificates, keeping the previous ones: " + failure);
        }
        lastFailure = failure;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
