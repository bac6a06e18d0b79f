package io.tiercel.sensor.grpc;

import static io.tiercel.sensor.grpc.NumberedAlerts.alert;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.tiercel.sensor.grpc.GrpcOptions.MutualTlsFiles;
import io.tiercel.sensor.grpc.falco.version.request;
import io.tiercel.sensor.grpc.falco.version.response;
import io.tiercel.sensor.grpc.falco.version.serviceGrpc;
import io.tiercel.sensor.grpc.v1.StreamRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Authentication of clients over TCP. */
@Tag("unit")
class GrpcTlsTest {
    private static final int ALERT_RECORD = 21;

    @TempDir
    Path folder;

    private TestCertificates certificates;
    private MutualTlsFiles files;
    private GrpcServer server;

    @BeforeEach
    void start() throws IOException, GrpcException {
        certificates = new TestCertificates(folder);
        files = certificates.server();
        start(List.of("probe.example.org", "*.trusted.example.org", "spiffe://example.org/reader"));
    }

    private void start(List<String> allowed) throws GrpcException {
        server = GrpcServer.start(
                new GrpcOptions(new GrpcOptions.Tcp("127.0.0.1", 0, files, allowed), null),
                "node",
                "0.1.0",
                new GrpcLimits(100, 1 << 20, 50, 4, 3, 1 << 20));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Returns the status of a call of this client. */
    private Status call(@Nullable MutualTlsFiles clientFiles, MutualTlsFiles trusted) throws IOException {
        try (TestClient client = TestClient.tls(server.port(), clientFiles, trusted)) {
            return version(client).awaitEnd();
        }
    }

    private static StreamReader<request, response> version(TestClient client) {
        return StreamReader.open(client.channel(), serviceGrpc.getVersionMethod(), request.getDefaultInstance())
                .readAll();
    }

    @ParameterizedTest
    @CsvSource({
        "probe.example.org, OK",
        "PROBE.example.org, OK",
        "a.trusted.example.org, OK",
        "spiffe://example.org/reader, OK",
        "other.example.org, PERMISSION_DENIED",
        "trusted.example.org, PERMISSION_DENIED",
        "a.b.trusted.example.org, PERMISSION_DENIED",
        "eviltrusted.example.org, PERMISSION_DENIED",
        "spiffe://example.org/reader/x, PERMISSION_DENIED",
        "spiffe://example.org/READER, PERMISSION_DENIED",
        "spiffe://a.trusted.example.org, PERMISSION_DENIED",
    })
    void requiresAnAllowedName(String name, Status.Code expected) throws IOException {
        assertEquals(expected, call(certificates.client(name), files).getCode());
    }

    @Test
    void acceptsEveryNameWithoutAnAllowList() throws IOException, GrpcException {
        server.close();
        start(List.of());
        assertTrue(call(certificates.client("anybody"), files).isOk());
    }

    @Test
    void requiresAValidCertificateOfTheAuthority() throws IOException {
        assertEquals(Status.Code.UNAVAILABLE, call(null, files).getCode());
        TestCertificates untrusted = new TestCertificates(folder.resolve("strange"));
        assertEquals(
                Status.Code.UNAVAILABLE,
                call(untrusted.client("probe.example.org"), files).getCode());
        assertEquals(
                Status.Code.UNAVAILABLE,
                call(certificates.client("probe.example.org", TestCertificates.PAST), files)
                        .getCode());
        assertTrue(call(certificates.client("probe.example.org"), files).isOk());
    }

    @Test
    void reportsTheVersionLikeFalco() throws IOException {
        try (TestClient client = TestClient.tls(server.port(), certificates.client("probe.example.org"), files)) {
            var reader = version(client);
            assertTrue(reader.awaitEnd().isOk());
            response version = reader.messages.getFirst();
            assertEquals("0.1.0", version.getVersion());
            assertEquals(1, version.getMinor());
            assertEquals(63, version.getEngineVersion());
            assertEquals(64, version.getEngineFieldsChecksum().length());
        }
    }

    /** Sends a ClientHello of TLS 1.0, 1.1 or 1.2 without extensions, as old programs do. */
    @ParameterizedTest
    @ValueSource(strings = {"0301", "0302", "0303"})
    void rejectsOlderTlsVersions(String version) throws IOException {
        String body = version + "00".repeat(32) + "00" + "0006" + "c02bc02f002f" + "0100";
        String handshake = "01" + length(body, 6) + body;
        byte[] hello = HexFormat.of().parseHex("160301" + length(handshake, 4) + handshake);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
            socket.getOutputStream().write(hello);
            InputStream in = socket.getInputStream();
            assertEquals(ALERT_RECORD, in.read());
        }
    }

    private static String length(String hex, int digits) {
        return HexFormat.of().toHexDigits(hex.length() / 2, digits);
    }

    @Test
    void reloadsCertificatesAndKeepsStreams() throws IOException {
        MutualTlsFiles old = certificates.client("probe.example.org");
        try (TestClient client = TestClient.tls(server.port(), old, files)) {
            var reader = StreamReader.alerts(client.channel(), StreamRequest.getDefaultInstance());
            StreamReader.awaitServer().until(() -> server.subscribers() == 1);
            MutualTlsFiles kept = copies(old, files);
            TestCertificates renewed = new TestCertificates(folder);
            renewed.server();
            MutualTlsFiles fresh = renewed.client("probe.example.org");
            StreamReader.awaitServer()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> call(fresh, fresh).isOk());
            assertEquals(Status.Code.UNAVAILABLE, call(kept, fresh).getCode());
            assertFalse(reader.ended());
            server.alert(alert(1));
            reader.awaitMessages(1);
            // A call on an existing connection is checked again.
            assertEquals(Status.Code.UNAUTHENTICATED, version(client).awaitEnd().getCode());

            Files.writeString(files.certificate(), "damaged");
            StreamReader.awaitServer()
                    .pollDelay(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> call(fresh, fresh).isOk());
            assertFalse(reader.ended());
        }
    }

    private MutualTlsFiles copies(MutualTlsFiles clientFiles, MutualTlsFiles trusted) throws IOException {
        Path kept = Files.createDirectory(folder.resolve("kept"));
        return new MutualTlsFiles(
                Files.copy(clientFiles.certificate(), kept.resolve("crt")),
                Files.copy(clientFiles.key(), kept.resolve("key")),
                Files.copy(trusted.authority(), kept.resolve("ca")));
    }

    @Test
    void limitsConnections() throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                open.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
            }
            try (Socket fourth = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                fourth.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
                // Closed at once, because three idle connections stay open for two seconds.
                assertTrue(closed(fourth));
            }
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        MutualTlsFiles client = certificates.client("probe.example.org");
        StreamReader.awaitServer().until(() -> call(client, files).isOk());
    }

    /** Clients without a certificate could otherwise hold all connections for as long as they like. */
    @ParameterizedTest
    @ValueSource(strings = {"", "16", "16030100", "1603010200", "16030102000100"})
    void closesAConnectionThatBeginsNoHandshakeWithinTwoSeconds(String sent) throws IOException {
        long start = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
            socket.getOutputStream().write(HexFormat.of().parseHex(sent));
            assertTrue(closed(socket));
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(millis >= HandshakeGuard.HELLO_MILLIS - 100 && millis < 4_000, millis + " ms");
    }

    @Test
    void closesAConnectionWithoutTlsAtOnce() throws IOException {
        long start = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (!closed(socket)) {
                // Skips a TLS alert.
            }
        }
        assertTrue(System.nanoTime() - start < 1_500_000_000L);
    }

    private static boolean closed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void rejectsAKeyThatOthersCanRead() throws IOException {
        Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r--r--"));
        GrpcException e = assertThrows(GrpcException.class, () -> start(List.of()));
        assertEquals(
                "other users can access the secret in " + files.key() + "; run: chmod o= " + files.key(),
                e.getMessage());
    }

    @Test
    void rejectsInconsistentFiles() throws IOException {
        certificates.client("x");
        MutualTlsFiles mixed = new MutualTlsFiles(files.certificate(), folder.resolve("client.key"), files.authority());
        GrpcException e = assertThrows(GrpcException.class, () -> TlsMaterial.read(mixed));
        assertTrue(e.getMessage().contains("is not the private key of the certificate"), e.getMessage());
        MutualTlsFiles swapped = new MutualTlsFiles(files.key(), files.key(), files.authority());
        assertThrows(GrpcException.class, () -> TlsMaterial.read(swapped));
        MutualTlsFiles absent = new MutualTlsFiles(folder.resolve("none"), files.key(), files.authority());
        e = assertThrows(GrpcException.class, () -> TlsMaterial.read(absent));
        assertEquals(folder.resolve("none") + " does not exist", e.getMessage());
    }
}
