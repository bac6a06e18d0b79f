package io.tiercel.sensor.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class TokenFileTest {
    @TempDir
    Path folder;

    private TokenFile file(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), content, StandardCharsets.ISO_8859_1);
        return new TokenFile(Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------")));
    }

    private static String problem(TokenFile file) {
        return String.valueOf(assertThrows(IOException.class, file::read).getMessage());
    }

    @Test
    void refusesAFileThatOthersCanRead() throws IOException {
        TokenFile token = file(TestTokens.expiring(1_800_000_000L));
        Files.setPosixFilePermissions(token.path(), PosixFilePermissions.fromString("rw-r--r--"));
        assertEquals(
                "other users can access the secret in " + token.path() + "; run: chmod o= " + token.path(),
                problem(token));
    }

    @Test
    void readsTheTokenAndItsExpiry() throws IOException {
        String token = TestTokens.expiring(1_800_000_000L);
        TokenFile.Token read = file(token + "\n").read();
        assertEquals(token, read.value());
        assertEquals(1_800_000_000L, read.expires());
        assertFalse(read.toString().contains(token), read::toString);
    }

    /** The receiver decides what a token is worth. The sensor only needs its expiry for a metric. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "opaque",
                "a.b",
                "a.!!.c",
                "a.bm90IGpzb24.c",
                "....",
                "a.W10.c",
                "a.eyJleHAiOiJ4In0.c",
                "a.eyJleHAiOjk5OTk5OTk5OTk5OTk5OTk5OTk5OTl9.c",
                "a.eyJleHAiOjEuNX0.c"
            })
    void unusualTokensHaveNoExpiry(String token) throws IOException {
        assertEquals(token, file(token).read().value());
        assertNull(file(token).read().expires());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "one\ntwo", "with space", "null\0byte", "\u00e9", "tab\tinside", "\r\n x \r\n y"})
    void onlyOneLineOfVisibleAsciiIsAToken(String content) throws IOException {
        String problem = problem(file(content));
        assertTrue(problem.contains("visible ASCII"), problem);
        assertFalse(problem.contains("one\n") || problem.contains("with space"), problem);
    }

    @Test
    void sizesAreLimited() throws IOException {
        int max = DeliveryCredentials.MAX_CHARACTERS;
        assertEquals(max, file("x".repeat(max) + "\n").read().value().length());
        assertTrue(problem(file("x".repeat(max + 1))).contains("too large"));
        assertTrue(problem(file("x".repeat(20 << 20))).contains("too large"));
        assertThrows(IllegalArgumentException.class, () -> new DeliveryCredentials("x".repeat(max + 1), null));
        assertThrows(IllegalArgumentException.class, () -> new DeliveryCredentials(null, "a\r\nb"));
    }

    @Test
    void missingFilesAndFoldersAreNamed() {
        assertTrue(problem(new TokenFile(folder.resolve("none"))).contains("none does not exist"));
        assertTrue(problem(new TokenFile(folder)).contains("is not a file"));
        assertTrue(problem(new TokenFile(Path.of("/dev/zero"))).contains("is not a file"));
    }

    @Test
    void credentialsAreNotPrinted() {
        String text = new DeliveryCredentials("s3cret", "d0cument").toString();
        assertFalse(text.contains("s3cret") || text.contains("d0cument"), text);
    }
}
