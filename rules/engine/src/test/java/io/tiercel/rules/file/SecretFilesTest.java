package io.tiercel.rules.file;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class SecretFilesTest {
    @TempDir
    private Path folder;

    private static Path secret(Path file, String mode) throws IOException {
        Files.writeString(file, "hunter2");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "r--r-----", "rw-rw----"})
    void a_file_for_its_owner_and_group_is_accepted(String mode) throws IOException {
        SecretFiles.check(secret(folder.resolve("token"), mode));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "r--r--r--", "rw-----w-", "rwx-----x"})
    void a_file_that_others_can_access_is_refused(String mode) throws IOException {
        Path file = secret(folder.resolve("token"), mode);
        String problem =
                assertThrows(IOException.class, () -> SecretFiles.check(file)).getMessage();
        assertEquals("other users can access the secret in " + file + "; run: chmod o= " + file, problem);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertThrows(IOException.class, () -> SecretFiles.check(link));
    }

    @Test
    void a_missing_file_is_reported_as_such() {
        assertThrows(NoSuchFileException.class, () -> SecretFiles.check(folder.resolve("none")));
    }

    /** The kubelet mounts Secrets with mode 0644 by default: token -> ..data/token, ..data -> ..2026_01_31_12_00_00.123. */
    @Test
    void a_file_in_a_volume_of_the_kubelet_is_accepted() throws IOException {
        Path version = Files.createDirectory(folder.resolve("..2026_01_31_12_00_00.123"));
        secret(version.resolve("token"), "rw-r--r--");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), version.getFileName());
        Path token = Files.createSymbolicLink(folder.resolve("token"), Path.of("..data", "token"));
        assertDoesNotThrow(() -> SecretFiles.check(token));
        Files.delete(data);
        Files.createSymbolicLink(data, Files.createDirectory(folder.resolve("..other")));
        assertThrows(IOException.class, () -> SecretFiles.check(version.resolve("token")));
    }
}
