package io.tiercel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate for {@code localhost}, made by the JDK's keytool. */
@Tag("unit")
class TlsVerificationTest {
    private static final String PASSWORD = "for-this-test";

    @TempDir
    Path folder;

    private void keytool(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), () -> "keytool " + arguments[0]);
    }

    private static HttpResult send(TlsFiles tls, String host, int port) throws InterruptedException {
        try (BoundedHttpClient client =
                new BoundedHttpClient(new HttpLimits(Duration.ofMinutes(1), Duration.ofMinutes(1), 10), tls)) {
            URI address = URI.create("https://" + host + ":" + port + "/");
            return client.send(new OutboundRequest("GET", address, Map.of(), new byte[0]));
        }
    }

    @Test
    void only_a_trusted_certificate_for_the_host_is_accepted() throws Exception {
        String store = folder.resolve("store.p12").toString();
        Path ca = folder.resolve("ca.pem");
        keytool(
                "-genkeypair",
                "-alias",
                "s",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "SAN=dns:localhost",
                "-ext",
                "bc:critical",
                "-validity",
                "1",
                "-keystore",
                store,
                "-storepass",
                PASSWORD);
        keytool(
                "-exportcert",
                "-alias",
                "s",
                "-rfc",
                "-file",
                ca.toString(),
                "-keystore",
                store,
                "-storepass",
                PASSWORD);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(store))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        try (RawServer server = new RawServer(
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                (_, out) -> RawServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))) {
            TlsFiles trusted = new TlsFiles(ca, null, null);
            assertEquals(
                    new HttpResult.Responded(200, "ok", true, Optional.empty()),
                    send(trusted, "localhost", server.port()));
            assertEquals(
                    new HttpResult.NoResponse(
                            HttpResult.Failure.TLS, "TLS failed: the certificate of the server is not trusted"),
                    send(TlsFiles.none(), "localhost", server.port()));
            assertEquals(
                    new HttpResult.NoResponse(
                            HttpResult.Failure.TLS,
                            "TLS failed: the certificate of the server is not valid for this host"),
                    send(trusted, "127.0.0.1", server.port()));
            Files.writeString(ca, "not a certificate");
            assertEquals(
                    HttpResult.Failure.CERTIFICATE_FILES,
                    ((HttpResult.NoResponse) send(trusted, "localhost", server.port())).failure());
        }
    }
}
