package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The functions' server with mutual TLS, as the chart configures it. */
@Tag("packaged")
class ServerTlsTest {
    private static final String ALERT =
            "{\"rule\":\"Try\",\"priority\":\"Warning\",\"time\":\"2026-01-31T12:00:00Z\",\"output\":\"a first alert\"}";

    private static final String INTAKE = "intake-0123456789abcdef";
    private static final String OTHER = "intake-0123456789abcdeF";

    @TempDir
    private Path folder;

    @Test
    void clientsWithoutACertificateAreRejected() throws Exception {
        Tool.onPath("curl");
        Path certs = folder.resolve("certs");
        new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no"))
                .out("certs", "--dir", certs.toString());
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process server = server(port, certs);
        try {
            // Falco sends alerts with libcurl as well.
            String alerts = "https://falco:" + INTAKE + "@localhost:" + port + "/alerts";
            List<String> withoutCertificate =
                    List.of("-s", "--cacert", certs.resolve("ca.crt").toString(), "-d", ALERT, alerts);
            String[] withCertificate = Stream.concat(
                            Stream.of(
                                    "--cert", certs.resolve("client.crt").toString(),
                                    "--key", certs.resolve("client.key").toString()),
                            withoutCertificate.stream())
                    .toArray(String[]::new);
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> new Tool("curl", Map.of())
                            .run(withCertificate)
                            .text()
                            .contains("\"accepted\""));
            String[] wrongToken = Stream.of(withCertificate)
                    .map(argument -> argument.replace(INTAKE, OTHER))
                    .toArray(String[]::new);
            assertTrue(new Tool("curl", Map.of()).run(wrongToken).text().contains("TIERCEL_INTAKE_TOKEN"));
            assertNotEquals(
                    0,
                    new Tool("curl", Map.of())
                            .run(withoutCertificate.toArray(String[]::new))
                            .status());
            assertNotEquals(
                    0,
                    new Tool("curl", Map.of())
                            .run("-s", "http://localhost:" + port + "/incidents")
                            .status());
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    @Test
    void incompleteTlsSettingsAreRejected() throws Exception {
        Tool.Result result = new Tool(
                        Tiercel.ROOT.resolve("tiercel").toString(),
                        Map.of("TIERCEL_BUILD", "no", "TIERCEL_TLS_KEY", "/nowhere"))
                .run("functions", "--data", folder.resolve("data").toString());
        assertEquals(1, result.status(), result.text());
        assertTrue(result.text().contains("TLS requires all of"), result.text());
    }

    private Process server(int port, Path certs) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Tiercel.ROOT.resolve("tiercel").toString(),
                        "functions",
                        "--port",
                        Integer.toString(port),
                        "--data",
                        folder.resolve("data").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "TIERCEL_BUILD",
                        "no",
                        "TIERCEL_HOST",
                        "0.0.0.0",
                        "TIERCEL_INTAKE_TOKEN",
                        INTAKE,
                        "TIERCEL_TLS_CERTIFICATE",
                        certs.resolve("server.crt").toString(),
                        "TIERCEL_TLS_KEY",
                        certs.resolve("server.key").toString(),
                        "TIERCEL_TLS_AUTHORITY",
                        certs.resolve("ca.crt").toString()));
        return builder.start();
    }
}
