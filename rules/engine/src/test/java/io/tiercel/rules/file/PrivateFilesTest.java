package io.tiercel.rules.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class PrivateFilesTest {
    @TempDir
    private Path parent;

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static Path withMode(Path path, String mode) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    @Test
    void a_new_folder_and_its_files_are_private() throws IOException {
        Path folder = parent.resolve("a/b");
        PrivateFiles.restrict(folder, _ -> true);
        assertEquals("rwx------", mode(folder));
        Path file = folder.resolve("database");
        PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .close();
        assertEquals("rw-------", mode(file));
    }

    @Test
    void an_existing_folder_becomes_private_with_its_files() throws IOException {
        Path folder = withMode(Files.createDirectory(parent.resolve("data")), "rwxrwxr-x");
        Path own = withMode(Files.createFile(folder.resolve("own")), "rw-r--r--");
        Path readOnly = withMode(Files.createFile(folder.resolve("own2")), "r--r-----");
        PrivateFiles.restrict(folder, name -> name.startsWith("own"));
        assertEquals("rwx------", mode(folder));
        assertEquals("rw-------", mode(own));
        assertEquals("r--------", mode(readOnly));
    }

    /** The folder may be /var/tmp, which other programs need. */
    @Test
    void a_folder_with_files_of_others_stays_as_it_is() throws IOException {
        Path folder = withMode(Files.createDirectory(parent.resolve("shared")), "rwxrwxrwx");
        Path own = withMode(Files.createFile(folder.resolve("own")), "rw-r--r--");
        Path foreign = withMode(Files.createFile(folder.resolve("other")), "rw-r--r--");
        PrivateFiles.restrict(folder, Set.of("own")::contains);
        assertEquals("rwxrwxrwx", mode(folder));
        assertEquals("rw-------", mode(own));
        assertEquals("rw-r--r--", mode(foreign));
    }

    /** Another user could have placed the link, to a file that others need. */
    @Test
    void the_target_of_a_link_stays_as_it_is() throws IOException {
        Path target = withMode(Files.createFile(parent.resolve("passwd")), "rw-r--r--");
        Path folder = Files.createDirectory(parent.resolve("data"));
        Files.createSymbolicLink(folder.resolve("own"), target);
        PrivateFiles.restrict(folder, _ -> true);
        assertEquals("rw-r--r--", mode(target));
    }
}
