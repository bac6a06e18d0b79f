package io.tiercel.sensor.output;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.tiercel.http.TlsFiles;
import io.tiercel.sensor.certs.CertificateAuthority;
import io.tiercel.sensor.certs.CertificateAuthority.Validity;
import io.tiercel.sensor.certs.Credential;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class HttpBatchTargetTest {
    private static final Validity NOW =
            new Validity(Instant.now().minus(Duration.ofHours(1)), Instant.now().plus(Duration.ofHours(1)));

    @TempDir
    Path folder;

    private TlsFiles files(String name, Credential credential, CertificateAuthority trusted) throws IOException {
        return new TlsFiles(
                Files.writeString(
                        folder.resolve(name + ".ca"), trusted.credential().certificatePem()),
                Files.writeString(folder.resolve(name + ".crt"), credential.certificatePem()),
                Files.writeString(folder.resolve(name + ".key"), credential.keyPem()));
    }

    /** The server requires a client certificate. The token is sent only over mutually authenticated TLS. */
    @Test
    void sendsCertificateAndToken() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create("test authority", NOW);
        CertificateAuthority other = CertificateAuthority.create("other authority", NOW);
        AtomicReference<String> token = new AtomicReference<>("none");
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(files("server", authority.issueServer(List.of("127.0.0.1"), NOW), authority)
                        .context()) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters tls = getSSLContext().getDefaultSSLParameters();
                        tls.setNeedClientAuth(true);
                        parameters.setSSLParameters(tls);
                    }
                });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/alerts", exchange -> {
            token.set(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        server.start();
        try (Spool spool = Spool.open(folder.resolve("spool"), SpoolOptions.defaults())) {
            spool.append(ShipperTest.alert("n/b/0", "message"));
            ServerUrl address =
                    ServerUrl.parse("https://127.0.0.1:" + server.getAddress().getPort());
            Map<String, String> headers = Map.of("Authorization", "Bearer t0ken");
            List<TlsFiles> untrusted = List.of(
                    new TlsFiles(folder.resolve("server.ca"), null, null),
                    files("other-client", other.issueClient("node", NOW), authority),
                    files("other-server", authority.issueClient("node", NOW), other));
            for (TlsFiles tls : untrusted) {
                try (Shipper shipper = Shipper.start(spool, new HttpBatchTarget(address, headers, tls), folder)) {
                    await().until(() -> shipper.counts().failedBatches() >= 2);
                    assertEquals(0, shipper.counts().delivered());
                }
            }
            assertEquals("none", token.get());
            TlsFiles trusted = files("client", authority.issueClient("node", NOW), authority);
            try (Shipper shipper = Shipper.start(spool, new HttpBatchTarget(address, headers, trusted), folder)) {
                await().until(() -> shipper.counts().delivered() == 1);
                assertEquals("Bearer t0ken", token.get());
            }
        } finally {
            server.stop(0);
        }
    }
}
