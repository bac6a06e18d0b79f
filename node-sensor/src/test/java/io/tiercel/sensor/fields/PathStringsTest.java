package io.tiercel.sensor.fields;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class PathStringsTest {
    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of("/", "//", ".", "..", "a", "b.c", "...", ".d", "\u00ff")
                .list()
                .ofMaxSize(12)
                .map(parts -> "/" + String.join("", parts));
    }

    @Property(tries = 2000)
    void cleanEqualsPathNormalize(@ForAll("paths") String path) {
        String clean = PathStrings.clean(path);
        assertEquals(Path.of(path).normalize().toString(), clean);
        assertEquals(clean, PathStrings.clean(clean));
        assertFalse(clean.contains("//") || clean.contains("/./") || clean.contains("/../"));
    }

    @Property(tries = 500)
    void directoryAndFileNameFormThePath(@ForAll("paths") String path) {
        String clean = PathStrings.clean(path);
        if (!clean.equals("/")) {
            String directory = PathStrings.directory(clean);
            assertEquals(clean, (directory.equals("/") ? "" : directory) + "/" + PathStrings.fileName(clean));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/tmp/,x,/tmp/x",
        "/tmp/,../x,/x",
        "/tmp/,../../../x,/x",
        "/tmp/,/a/../b,/a/../b",
        "<UNKNOWN>,x,<UNKNOWN>/x",
        "/,.,/"
    })
    void relativePathsAreResolvedAndCleaned(String base, String path, String expected) {
        assertEquals(expected, PathStrings.absolute(base, path));
    }

    @ParameterizedTest
    @CsvSource({"/etc/,/etc/,/etc/", "/etc,/,etc", "x,/,/", "/a/b,/a,b"})
    void directoryAndFileNameOfEdgeCases(String name, String directory, String file) {
        assertEquals(directory, PathStrings.directory(name));
        assertEquals(file, PathStrings.fileName(name));
        assertTrue(PathStrings.collapseSlashes("/a///b/../c//").equals("/a/b/../c/"));
    }

    @ParameterizedTest
    @CsvSource({
        "/proc/self/root/etc/shadow,/etc/shadow",
        "/proc/self/root/../etc/shadow,/etc/shadow",
        "//proc/./thread-self/root/etc//shadow,/etc/shadow",
        "/proc/17/root,/",
        "/proc/17/task/18/root/etc/shadow,/etc/shadow",
        "/proc/self/root/proc/17/root/etc/shadow,/etc/shadow",
        "/proc/self/cwd/x,/tmp/d/x",
        "/proc/self/cwd/../x,/tmp/x",
        "/proc/42/cwd/x,/tmp/d/x",
        "/proc/42/task/43/cwd/../x,/tmp/x",
        "/proc/17/cwd/x,",
        "/proc/self/status,",
        "/root/proc/x,"
    })
    void pathsThroughAProcessAreResolved(String path, String expected) {
        assertEquals(
                expected,
                PathStrings.throughProc(path, name -> name.endsWith("self") || name.equals("42") ? "/tmp/d/" : null));
    }
}
