package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files in deep folders have their whole path, or a mark.
 *
 * <p>With a walk of 64 components, an executable below 58 folders had a path that looked absolute and that no rule matched.
 */
@Tag("live")
class LiveDeepFoldersTest {
    private static LiveEvents live;

    @TempDir
    private static Path temp;

    private static Path program;

    @BeforeAll
    static void open() throws IOException, InterruptedException {
        live = new LiveEvents(LiveOptions.defaults());
        program = CProgram.compile("deep", temp);
    }

    @AfterAll
    static void close() {
        if (live != null) {
            live.close();
        }
    }

    /** Runs the program in an own file system, which ends with the program: no test can delete paths of this length. */
    private static Path run(int folders) throws IOException {
        Path base = Files.createTempDirectory(temp.toRealPath(), "d");
        assertEquals(
                0,
                LiveEvents.run(
                        base,
                        "unshare",
                        "-m",
                        "sh",
                        "-ec",
                        "mount -t tmpfs none " + base + "; cd " + base + "; exec " + program.toRealPath() + " "
                                + folders));
        return base;
    }

    @ParameterizedTest
    @ValueSource(ints = {57, 58, 64, 65, 200, 500, 600, 1000})
    void folderIsWhole(int folders) throws IOException {
        String folder = run(folders) + "/d".repeat(folders);
        EventSnapshot opened = live.await("openat", "fd.name", folder + "/secret");
        assertEquals("0", opened.get("fd.name.truncated"));
        assertEquals(
                "0",
                live.await(s -> isMkdir(s) && s.is("fs.path.name", folder + "/made"))
                        .get("fs.path.truncated"));
        EventSnapshot started = live.await("execve", "proc.exepath", folder + "/prog");
        assertEquals("0", started.get("proc.exepath.truncated"));
        assertEquals(folder + "/prog", started.get("proc.exepath.given"));
        assertEquals(folder + "/", started.get("proc.cwd"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1100, 2500})
    void deeperFolderIsMarked(int folders) throws IOException {
        run(folders);
        String end = "/d/d/d/secret";
        EventSnapshot opened = live.await(s -> s.is("evt.type", "openat")
                && s.is("fd.name.truncated", "1")
                && s.get("fd.name").endsWith(end));
        assertTrue(opened.get("fd.name").startsWith(".../d/d/"), opened.get("fd.name"));
        EventSnapshot made = live.await(s -> isMkdir(s)
                && s.is("fs.path.truncated", "1")
                && s.get("fs.path.name").endsWith("/d/made"));
        assertTrue(made.get("fs.path.name").startsWith(".../d/d/"), made.get("fs.path.name"));
        EventSnapshot started = live.await(s -> s.is("evt.type", "execve") && s.is("proc.exepath.truncated", "1"));
        assertTrue(started.get("proc.exepath").startsWith(".../d/d/"), started.get("proc.exepath"));
        assertTrue(started.get("proc.exepath").endsWith("/d/prog"), started.get("proc.exepath"));
        assertTrue(started.get("proc.exepath.given").endsWith("/d/prog"), started.get("proc.exepath.given"));
    }

    /** On arm64, programs call mkdirat. */
    private static boolean isMkdir(EventSnapshot s) {
        return s.get("evt.type").startsWith("mkdir");
    }
}
