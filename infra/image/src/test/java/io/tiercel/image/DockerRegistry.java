package io.tiercel.image;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real registry on 127.0.0.1, the program of Debian's package {@code docker-registry}. */
final class DockerRegistry implements AutoCloseable {
    /** The only account, if the registry has one. */
    static final String USERNAME = "alice";

    static final String PASSWORD = "wonder land";

    private static final String HASH = "$2b$05$abcdefghijklmnopqrstuursDchxTEEtpfrQZuzTh/cOvMRDwFApK";
    private static final String KEY_PASSWORD = "changeit";
    private static final long LIMIT_MS = 60_000;

    private final Process process;
    private final Path folder;
    private final int port;

    private DockerRegistry(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /**
     * Starts a registry, or skips the test if the program is missing.
     *
     * @param tls whether it speaks HTTPS, with a certificate of its own
     * @param account whether it requires {@link #USERNAME}
     */
    static DockerRegistry start(Path folder, boolean tls, boolean account) throws Exception {
        Path program = Stream.of(System.getenv("PATH").split(":", -1))
                .map(each -> Path.of(each, "docker-registry"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(program != null, "docker-registry is not on PATH");
        int port = freePort();
        Path config = Files.writeString(
                folder.resolve("config.yml"),
                "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: '127.0.0.1:%d'}\n"
                        .formatted(folder.resolve("storage"), port));
        ProcessBuilder builder = new ProcessBuilder(String.valueOf(program), "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile());
        Map<String, String> environment = builder.environment();
        if (tls) {
            makeCertificate(folder);
            environment.put(
                    "REGISTRY_HTTP_TLS_CERTIFICATE", folder.resolve("tls.crt").toString());
            environment.put("REGISTRY_HTTP_TLS_KEY", folder.resolve("tls.key").toString());
        }
        if (account) {
            environment.put("REGISTRY_AUTH", "htpasswd");
            environment.put("REGISTRY_AUTH_HTPASSWD_REALM", "test");
            environment.put(
                    "REGISTRY_AUTH_HTPASSWD_PATH",
                    Files.writeString(folder.resolve("htpasswd"), USERNAME + ":" + HASH + "\n")
                            .toString());
        }
        DockerRegistry registry = new DockerRegistry(builder.start(), folder, port);
        registry.awaitStart();
        return registry;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void awaitStart() throws Exception {
        long end = System.currentTimeMillis() + LIMIT_MS;
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                assertTrue(
                        process.isAlive() && System.currentTimeMillis() < end,
                        () -> "the registry did not start: " + read("registry.log"));
                Thread.sleep(20);
            }
        }
    }

    /** Writes {@code tls.crt}, which is its own authority, and {@code tls.key}. */
    private static void makeCertificate(Path folder) throws Exception {
        Path store = folder.resolve("tls.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "registry",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=registry",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        KEY_PASSWORD)
                .inheritIO()
                .start();
        assertTrue(keytool.waitFor() == 0, "keytool failed");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, KEY_PASSWORD.toCharArray());
        }
        writePem(
                folder.resolve("tls.crt"),
                "CERTIFICATE",
                keys.getCertificate("registry").getEncoded());
        writePem(
                folder.resolve("tls.key"),
                "PRIVATE KEY",
                keys.getKey("registry", KEY_PASSWORD.toCharArray()).getEncoded());
    }

    private static void writePem(Path file, String type, byte[] content) throws IOException {
        String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        Files.writeString(file, "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n");
    }

    /** Returns host and port, the first part of image names. */
    String address() {
        return "127.0.0.1:" + port;
    }

    /** Returns the file with the registry's certificate. */
    Path authority() {
        return folder.resolve("tls.crt");
    }

    /** Returns the stored manifest or index of a repository by digest; null if the registry has none. */
    @Nullable
    String stored(String digest) {
        String hash = digest.substring(digest.indexOf(':') + 1);
        Path blob = folder.resolve("storage/docker/registry/v2/blobs/sha256/" + hash.substring(0, 2) + "/" + hash);
        return Files.exists(blob) ? read(folder.relativize(blob.resolve("data")).toString()) : null;
    }

    /** Returns the digest that a tag points to. */
    String digestOf(String repository, String tag) {
        return read(
                "storage/docker/registry/v2/repositories/" + repository + "/_manifests/tags/" + tag + "/current/link");
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            return String.valueOf(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
