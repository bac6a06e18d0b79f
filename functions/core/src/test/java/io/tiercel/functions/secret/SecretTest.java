package io.tiercel.functions.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.SecretFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class SecretTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int reads;

    @Test
    void is_read_on_first_use_and_again_after_the_cache_expires() {
        Secret secret = new Secret("vault:x", () -> "hunter" + ++reads + "\n", () -> now);
        assertEquals("vault:x", secret.toString());
        assertEquals(0, reads, "the secret is not read before it is used");
        assertEquals("hunter1", secret.value());
        assertEquals("hunter1", secret.value());
        now = now.plus(Secret.CACHE_DURATION);
        assertEquals("hunter2", secret.value());
    }

    @Test
    void is_resolved_by_its_reference(@TempDir Path folder) throws Exception {
        Path file = SecretFile.write(folder.resolve("token"), "xoxb-1\n");
        SecretResolver secrets = SecretResolver.forFilesAndEnvironment(InstantSource.system())
                .withScheme("vault", location -> "from " + location);
        assertEquals("xoxb-1", secrets.resolve("file:" + file).value());
        assertEquals("from a:b", secrets.resolve("vault:a:b").value());
        assertEquals(System.getenv("PATH").strip(), secrets.resolve("env:PATH").value());
        assertThrows(
                IllegalStateException.class,
                () -> secrets.resolve("file:" + folder + "/none").value());
        assertThrows(
                IllegalStateException.class,
                () -> secrets.resolve("env:NO_SUCH_VARIABLE").value());
    }

    /** Certificates of authorities are public, and are often installed with mode 0644. */
    @Test
    void a_secret_that_others_can_read_is_refused_and_a_certificate_is_not(@TempDir Path folder) throws Exception {
        SecretResolver secrets = SecretResolver.forFilesAndEnvironment(InstantSource.system());
        Path token = Files.setPosixFilePermissions(
                Files.writeString(folder.resolve("token"), "hunter2"), PosixFilePermissions.fromString("rw-r--r--"));
        String message = String.valueOf(assertThrows(
                        IllegalStateException.class,
                        () -> secrets.resolve("file:" + token).value())
                .getMessage());
        assertEquals("other users can access the secret in " + token + "; run: chmod o= " + token, message);
        String certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
        Files.writeString(token, certificate + "\n");
        assertEquals(certificate, secrets.resolve("file:" + token).value());
        Files.writeString(token, certificate + "\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        assertThrows(
                IllegalStateException.class,
                () -> secrets.resolve("file:" + token).value());
    }

    @Test
    void a_file_is_read_whole_or_not_at_all(@TempDir Path folder) throws Exception {
        SecretResolver secrets = SecretResolver.forFilesAndEnvironment(InstantSource.system());
        String largest = "x".repeat(64 * 1024);
        Path file = SecretFile.write(folder.resolve("certificates"), largest);
        assertEquals(largest, secrets.resolve("file:" + file).value());
        Files.writeString(file, largest + "y");
        String message = String.valueOf(assertThrows(
                        IllegalStateException.class,
                        () -> secrets.resolve("file:" + file).value())
                .getMessage());
        assertTrue(message.contains("more than 65536 bytes") && !message.contains("xx"), message);
    }

    @Test
    void an_error_message_omits_an_invalid_reference_which_may_be_the_secret_itself() {
        SecretResolver secrets = SecretResolver.forFilesAndEnvironment(InstantSource.system());
        for (String invalid : new String[] {"xoxb-hunter2", "hunter2:x", "file:", ""}) {
            String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> secrets.resolve(invalid))
                    .getMessage());
            assertFalse(message.contains("hunter2"), message);
            assertTrue(message.contains("env:, file:"), message);
        }
    }
}
