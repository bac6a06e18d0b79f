package io.tiercel.sensor.grpc;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.tiercel.sensor.grpc.GrpcOptions.TlsFiles;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of mutual TLS, version 1.3 alone. Its files are read every two seconds; what is new and fits
 * together serves new connections, those that exist go on. What does not is told once, and the former stays.
 */
final class ReloadingTls implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ReloadingTls.class.getName());
    private static final long PERIOD_MILLIS = 2_000;

    private final TlsFiles files;
    private final AdvancedTlsX509KeyManager own = new AdvancedTlsX509KeyManager();
    private final AdvancedTlsX509TrustManager trust;
    private final SslContext context;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("grpc-certificates").factory());
    private TlsMaterial current;
    private @Nullable String problem;
    private volatile X509TrustManager peers;

    /**
     * Reads the files and goes on to do so.
     *
     * @throws GrpcException if they cannot be used
     */
    static ReloadingTls start(TlsFiles files, long periodMillis) throws GrpcException {
        ReloadingTls tls = new ReloadingTls(files, TlsMaterial.read(files));
        tls.timer.scheduleWithFixedDelay(tls::look, periodMillis, periodMillis, TimeUnit.MILLISECONDS);
        return tls;
    }

    static ReloadingTls start(TlsFiles files) throws GrpcException {
        return start(files, PERIOD_MILLIS);
    }

    private ReloadingTls(TlsFiles files, TlsMaterial material) throws GrpcException {
        this.files = files;
        this.current = material;
        this.peers = material.trust();
        try {
            this.trust = AdvancedTlsX509TrustManager.newBuilder()
                    .setVerification(AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
                    .build();
            use(material);
            this.context = GrpcSslContexts.configure(SslContextBuilder.forServer(own), SslProvider.JDK)
                    .trustManager(trust)
                    .clientAuth(ClientAuth.REQUIRE)
                    .protocols("TLSv1.3")
                    .build();
        } catch (GeneralSecurityException | SSLException e) {
            throw new GrpcException("the certificates cannot be used: " + e.getMessage());
        }
    }

    SslContext context() {
        return context;
    }

    /**
     * Holds a client's certificates against the authorities and the time of now: a session that is resumed, or has
     * been open for long, shows what was right then.
     *
     * @throws CertificateException if they are not believed
     */
    void check(X509Certificate[] chain) throws CertificateException {
        peers.checkClientTrusted(chain, "UNKNOWN");
    }

    private void use(TlsMaterial material) throws GeneralSecurityException {
        try {
            own.updateIdentityCredentials(material.chain().toArray(X509Certificate[]::new), material.key());
            trust.updateTrustCredentials(material.authorities().toArray(X509Certificate[]::new));
            peers = material.trust();
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private void look() {
        String wrong = null;
        try {
            TlsMaterial read = TlsMaterial.read(files);
            if (!read.equals(current)) {
                use(read);
                current = read;
                LOG.log(Level.INFO, "gRPC: new certificates are in use, from " + files.certificate());
            }
        } catch (GrpcException | GeneralSecurityException | RuntimeException e) {
            wrong = String.valueOf(e.getMessage());
        }
        if (wrong != null && !Objects.equals(wrong, problem)) {
            LOG.log(Level.WARNING, "gRPC: the certificates stay as they were: " + wrong);
        }
        problem = wrong;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
