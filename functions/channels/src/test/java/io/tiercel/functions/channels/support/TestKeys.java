package io.tiercel.functions.channels.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate that signs itself, made by the JDK's keytool.
 *
 * @param store a PKCS12 file with the key
 * @param certificate the certificate as a PEM file
 */
public record TestKeys(Path store, Path certificate) {
    /** The password of the store. */
    public static final String PASSWORD = "for-these-tests";

    private static final class Shared {
        static final TestKeys KEYS = create(folder());

        private static Path folder() {
            try {
                return Files.createDirectories(
                        Path.of("target", "test-keys-" + ProcessHandle.current().pid()));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Returns the keys of this process. GreenMail reads its keys once. */
    public static TestKeys shared() {
        return Shared.KEYS;
    }

    /** Creates the files in a folder. */
    public static TestKeys create(Path folder) {
        return create(folder, "localhost");
    }

    /** Creates the files in a folder, for a host of another name. */
    public static TestKeys create(Path folder, String host) {
        TestKeys keys = new TestKeys(folder.resolve("keys.p12"), folder.resolve("ca.pem"));
        keys.keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:" + host,
                "-ext",
                "bc:critical",
                "-validity",
                "2");
        keys.keytool("-exportcert", "-rfc", "-file", keys.certificate().toString());
        return keys;
    }

    private void keytool(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-alias", "test", "-keystore", store.toString(), "-storepass", PASSWORD));
        try {
            Path log = store.resolveSibling("keytool.log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(Files.readString(log));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
