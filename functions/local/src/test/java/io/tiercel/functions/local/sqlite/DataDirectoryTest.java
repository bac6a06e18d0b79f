package io.tiercel.functions.local.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.local.http.BearerToken;
import io.tiercel.functions.local.http.OperatorTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modes of the server's files. Alerts contain command lines, so no other user may read them. */
@Tag("unit")
class DataDirectoryTest {
    @TempDir
    private Path folder;

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static Map<String, String> modes(Path directory) throws IOException {
        Map<String, String> modes = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                modes.put(file.getFileName().toString(), mode(file));
            }
        }
        return modes;
    }

    private static void write(SqliteDatabase database) {
        database.write(connection -> {
            try (var statement = connection.createStatement()) {
                return statement.executeUpdate("INSERT INTO total (name, value) VALUES ('x', 1)");
            }
        });
    }

    @Test
    void only_the_owner_can_access_the_directory_and_its_files() throws IOException {
        Path data = folder.resolve("a/data");
        try (SqliteDatabase database = SqliteDatabase.open(data)) {
            write(database);
            BearerToken.in(data, OperatorTokens.RESPONDER_FILE);
            Map<String, String> modes = modes(data);
            assertTrue(
                    modes.keySet()
                            .containsAll(
                                    Stream.of("functions.db", "functions.db-wal", "functions.db-shm", "lock", "token")
                                            .toList()),
                    modes::toString);
            modes.forEach((file, mode) -> assertEquals("rw-------", mode, file));
        }
        assertEquals("rwx------", mode(data));
    }

    /** For example a directory of an earlier run, one that the administrator created, or one on a volume with fsGroup. */
    @Test
    void an_existing_directory_is_restricted_at_the_start() throws IOException {
        Path data = folder.resolve("data");
        SqliteDatabase.open(data).close();
        for (Path file : new Path[] {data, data.resolve("functions.db"), data.resolve("lock")}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        try (SqliteDatabase database = SqliteDatabase.open(data)) {
            write(database);
            modes(data).forEach((file, mode) -> assertTrue(mode.endsWith("------"), file + " " + mode));
        }
        assertEquals("rwx------", mode(data));
    }

    @Test
    void a_token_file_that_others_can_read_is_refused() throws IOException {
        BearerToken.in(folder, OperatorTokens.RESPONDER_FILE);
        Path token = folder.resolve("token");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        String problem = String.valueOf(assertThrows(
                        DataDirectoryUnavailableException.class,
                        () -> BearerToken.in(folder, OperatorTokens.RESPONDER_FILE))
                .getMessage());
        assertTrue(
                problem.contains("other users can access the secret in " + token + "; run: chmod o= " + token),
                problem);
    }
}
