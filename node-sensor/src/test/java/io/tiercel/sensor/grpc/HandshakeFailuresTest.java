package io.tiercel.sensor.grpc;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.http.TlsFiles;
import io.tiercel.sensor.grpc.GrpcOptions.MutualTlsFiles;
import io.tiercel.sensor.grpc.GrpcOptions.Tcp;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log names the reason why a client was rejected in the handshake, so that its operator can mend it. */
@Tag("unit")
class HandshakeFailuresTest {
    @TempDir
    private Path folder;

    private final List<String> reasons = new CopyOnWriteArrayList<>();
    private TestCertificates certificates;
    private MutualTlsFiles files;
    private GrpcServer server;

    @BeforeEach
    void start() throws IOException, GrpcException {
        certificates = new TestCertificates(folder);
        files = certificates.server();
        server = GrpcServer.start(
                new GrpcOptions(new Tcp("127.0.0.1", 0, files, List.of()), null),
                "node",
                "0.1.0",
                GrpcLimits.defaults(),
                new RejectedConnectionLog(reasons::add));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void awaitReason(String beginning) {
        await().until(() -> !reasons.isEmpty());
        assertTrue(reasons.getFirst().contains(": " + beginning), reasons.toString());
        assertEquals(1, reasons.size(), reasons.toString());
    }

    /** Connects like a client without ALPN. */
    private void connect(@Nullable MutualTlsFiles client, String... protocols)
            throws IOException, GeneralSecurityException {
        TlsFiles tls = client == null
                ? new TlsFiles(files.authority(), null, null)
                : new TlsFiles(files.authority(), client.certificate(), client.key());
        try (SSLSocket socket = (SSLSocket)
                tls.context().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port())) {
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.startHandshake();
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                // The server closes the connection.
            }
        } catch (IOException e) {
            // The server ended the handshake.
        }
    }

    @Test
    void noAlpn() throws Exception {
        connect(certificates.client("probe.example.org"));
        awaitReason("no ALPN: the client does not offer the protocol h2");
    }

    @Test
    void noClientCertificate() throws Exception {
        connect(null);
        awaitReason("no client certificate: ");
    }

    @Test
    void expiredCertificate() throws Exception {
        connect(certificates.client("probe.example.org", TestCertificates.PAST));
        awaitReason("expired certificate: NotAfter: ");
    }

    @Test
    void untrustedCertificate() throws Exception {
        TestCertificates other = new TestCertificates(Files.createDirectories(folder.resolve("strange")));
        connect(other.client("probe.example.org"));
        awaitReason("untrusted certificate: ");
    }

    @Test
    void unsupportedVersion() throws Exception {
        connect(certificates.client("probe.example.org"), "TLSv1.2");
        awaitReason("unsupported TLS version: ");
    }

    @Test
    void noTls() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            awaitReason("no TLS: ");
        }
    }

    @Test
    void noHandshake() throws Exception {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            awaitReason("no TLS: no complete ClientHello within 2000 ms");
        }
    }
}
