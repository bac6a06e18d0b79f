package io.tiercel.sensor.output;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.tiercel.http.TlsFiles;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.metrics.LoopbackHttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sinks, with real files, programs, syslog receivers and web servers. */
@Tag("unit")
class SinksTest {
    @TempDir
    private Path dir;

    private static OutgoingAlert alert(int number) {
        return new OutgoingAlert(TestAlerts.numbered(number));
    }

    @Test
    void rotatesFilesBySize() throws IOException {
        Path file = dir.resolve("alerts.jsonl");
        int line = alert(10).line(AlertFormat.JSON).length;
        try (FileSink sink = new FileSink(file, AlertFormat.JSON, 3L * line, 2)) {
            for (int i = 10; i < 20; i++) {
                sink.write(alert(i));
            }
        }
        assertEquals(1, Files.readAllLines(file).size());
        assertEquals(3, Files.readAllLines(dir.resolve("alerts.jsonl.1")).size());
        assertEquals(3, Files.readAllLines(dir.resolve("alerts.jsonl.2")).size());
        assertFalse(Files.exists(dir.resolve("alerts.jsonl.3")));
        assertTrue(Files.readString(file).contains("node/boot/19"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void reopensAMovedFileOnRequest() throws IOException {
        Path file = dir.resolve("alerts.log");
        try (FileSink sink = new FileSink(file, AlertFormat.TEXT, 0, 1)) {
            sink.write(alert(1));
            Files.move(file, dir.resolve("moved"));
            sink.write(alert(2));
            assertFalse(Files.exists(file));
            sink.reopen();
            sink.write(alert(3));
        }
        assertEquals(2, Files.readAllLines(dir.resolve("moved")).size());
        assertTrue(Files.readString(file).endsWith("Warning m3\n"));
    }

    @Test
    void writesNoPartialLinesToAFullDisk() throws IOException, InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "mounting a file system requires root");
        Path disk = Files.createDirectory(dir.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=64k", "none", disk.toString()) == 0, "cannot mount a tmpfs");
        try (FileSink sink = new FileSink(disk.resolve("alerts"), AlertFormat.JSON, 0, 1)) {
            int[] written = new int[1];
            assertThrows(IOException.class, () -> {
                for (written[0] = 0; written[0] < 10_000; written[0]++) {
                    sink.write(alert(written[0]));
                }
            });
            List<String> lines = Files.readAllLines(disk.resolve("alerts"));
            assertEquals(written[0], lines.size());
            assertTrue(lines.getLast().endsWith("}"));
        } finally {
            run("umount", disk.toString());
        }
    }

    @Test
    void keepsAProgramRunningAndRestartsIt() throws IOException {
        Path out = dir.resolve("out");
        ProgramSink sink = new ProgramSink(
                List.of("sh", "-c", "echo started >> $0; while read -r l; do echo \"$l\" >> $0; done", out.toString()),
                AlertFormat.TEXT);
        try (sink) {
            sink.write(alert(1));
            sink.write(alert(2));
            await().until(() -> lines(out) == 3);
        }
        assertEquals(List.of("started"), Files.readAllLines(out).subList(0, 1));
        try (ProgramSink brief = new ProgramSink(
                List.of("sh", "-c", "read -r l; echo \"$l\" >> $0", out.toString()), AlertFormat.TEXT)) {
            for (int i = 3; i < 6; i++) {
                int number = i;
                await().ignoreExceptions().until(() -> {
                    brief.write(alert(number));
                    return true;
                });
                int expected = 1 + number;
                await().until(() -> lines(out) >= expected);
            }
        }
        assertThrows(
                IOException.class,
                () -> new ProgramSink(List.of("/no/such/program"), AlertFormat.TEXT).write(alert(1)));
    }

    @Test
    void passesNoAlertTextToAShell() throws IOException {
        Path out = dir.resolve("out");
        try (ProgramSink sink = new ProgramSink(List.of("tee", out.toString()), AlertFormat.TEXT)) {
            sink.write(
                    new OutgoingAlert(TestAlerts.with(1, Priority.ERROR, "$(touch " + dir + "/pwned); `id`\nsecond")));
            await().until(() -> lines(out) == 1);
        }
        assertFalse(Files.exists(dir.resolve("pwned")));
        assertTrue(Files.readString(out).contains("`id`\\nsecond"));
    }

    @Test
    void sendsRfc5424Datagrams() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                SyslogSink sink = new SyslogSink(
                        SyslogAddress.parse("udp://127.0.0.1:" + socket.getLocalPort()), AlertFormat.TEXT, 4)) {
            sink.write(new OutgoingAlert(TestAlerts.with(1, Priority.CRITICAL, "käse")));
            DatagramPacket packet = new DatagramPacket(new byte[9_000], 9_000);
            socket.receive(packet);
            String message = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
            assertTrue(
                    message.matches(
                            "<34>1 2023-11-14T22:13:20\\.123456Z node tiercel [0-9]+ syscall - \uFEFF.*Critical käse"),
                    message);
            sink.write(new OutgoingAlert(TestAlerts.with(2, Priority.DEBUG, "ä".repeat(9_000))));
            socket.receive(packet);
            assertTrue(packet.getLength() <= 8_192 && packet.getLength() > 8_180);
        }
    }

    @Test
    void framesMessagesAndReconnects() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                SyslogSink sink = new SyslogSink(
                        SyslogAddress.parse("tcp://127.0.0.1:" + server.getLocalPort()), AlertFormat.JSON, 1)) {
            sink.write(alert(1));
            try (Socket client = server.accept()) {
                assertTrue(frame(client).contains("node/boot/1"));
            }
            await().ignoreExceptions().until(() -> {
                sink.write(alert(2));
                return true;
            });
            try (Socket client = server.accept()) {
                assertTrue(frame(client).contains("node/boot/2"));
            }
        }
    }

    private static String frame(Socket client) throws IOException {
        StringBuilder length = new StringBuilder();
        for (int c = client.getInputStream().read();
                c != ' ';
                c = client.getInputStream().read()) {
            length.append((char) c);
        }
        return new String(
                client.getInputStream().readNBytes(Integer.parseInt(length.toString())), StandardCharsets.UTF_8);
    }

    @Test
    void sendsDatagramsToAUnixSocket() throws IOException {
        Path socket = dir.resolve("log");
        try (UnixDatagramChannel receiver = UnixDatagramChannel.open()) {
            receiver.bind(new UnixSocketAddress(socket.toFile()));
            try (SyslogSink sink = new SyslogSink(SyslogAddress.parse(socket.toString()), AlertFormat.TEXT, 1)) {
                sink.write(alert(7));
                ByteBuffer bytes = ByteBuffer.allocate(9_000);
                receiver.receive(bytes);
                String message = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
                assertTrue(message.startsWith("<12>1 ") && message.endsWith("m7"), message);
            }
        }
        SyslogSink nobody = new SyslogSink(SyslogAddress.parse("unix://" + dir + "/none"), AlertFormat.TEXT, 1);
        assertThrows(IOException.class, () -> nobody.write(alert(1)));
    }

    @Test
    void rejectsInvalidSyslogAddresses() {
        for (String invalid : List.of("", "log", "udp://", "ftp://x", "tcp://h/path", "udp://h:99999")) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> SyslogAddress.parse(invalid), invalid);
            assertTrue(String.valueOf(e.getMessage()).contains("/dev/log"), e.getMessage());
        }
    }

    @Test
    void postsEachAlertAndChecksTheResponse() throws IOException, InterruptedException {
        List<String> bodies = Collections.synchronizedList(new ArrayList<>());
        List<Integer> answers = new ArrayList<>(List.of(200, 503, 429, 400, 204));
        HttpServer server = LoopbackHttpServer.create(0);
        server.createContext("/", exchange -> {
            bodies.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + exchange.getRequestHeaders().getFirst("X-Key") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(answers.removeFirst(), -1);
            exchange.close();
        });
        server.start();
        try (HttpSink sink = new HttpSink(
                HttpUrl.parse("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
                AlertFormat.JSON,
                Duration.ofSeconds(5),
                Map.of("X-Key", "secret"),
                TlsFiles.none())) {
            sink.write(alert(1));
            assertTrue(
                    bodies.getFirst().startsWith("POST application/json secret {\"hostname\":\"node\""),
                    bodies.getFirst());
            assertFalse(
                    assertThrows(IOException.class, () -> sink.write(alert(2))) instanceof AlertSink.RejectedException);
            assertFalse(
                    assertThrows(IOException.class, () -> sink.write(alert(2))) instanceof AlertSink.RejectedException);
            assertThrows(AlertSink.RejectedException.class, () -> sink.write(alert(2)));
            sink.write(alert(3));
            assertEquals(5, bodies.size());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void requiresTlsForOtherMachines() {
        assertThrows(IllegalArgumentException.class, () -> HttpUrl.parse("http://example.com/"));
        assertEquals(
                "http", HttpUrl.parse("http://falcosidekick:2801/", true).uri().getScheme());
        assertEquals("https", HttpUrl.parse("https://example.com/").uri().getScheme());
    }

    private static int lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
