package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program does through io_uring is seen as the system calls that it stands for. */
class LiveRequestsTest {
    private static LiveEvents live;

    @TempDir
    private static Path temp;

    private static Path program;

    @BeforeAll
    static void open() throws IOException, InterruptedException {
        live = new LiveEvents(LiveOptions.defaults());
        program = CProgram.compile("uring", temp);
        assumeTrue(
                LiveEvents.run(temp, program.toString(), "now", "mkdir", "probe") == 0,
                "this kernel, or its setting kernel.io_uring_disabled, has no io_uring");
    }

    @AfterAll
    static void close() {
        if (live != null) {
            live.close();
        }
    }

    /** How the kernel does it: at once, by a worker, or by the thread that polls the queue. */
    @ParameterizedTest
    @ValueSource(strings = {"now", "async", "poll"})
    void requestsAreSeenAsCalls(String how) throws IOException {
        Path dir = Files.createTempDirectory(temp.toRealPath(), how);
        Files.createSymbolicLink(dir.resolve("link"), Path.of("/etc/shadow"));

        request(dir, how, "open", "link");
        Snapshot opened = live.await("openat", "fd.name", dir + "/link");
        assertEquals("SUCCESS", opened.get("evt.res"));
        assertEquals("/etc/shadow", opened.get(Snapshot.KERNEL_NAME));
        assertEquals("link", opened.get("fd.nameraw"));
        assertEquals("uring", opened.get("proc.exepath").replaceAll(".*/", ""));
        assertEquals("1", opened.get("evt.is_open_read"));

        request(dir, how, "open2", dir + "/none");
        Snapshot missing = live.await("openat2", "fd.name", dir + "/none");
        assertEquals("ENOENT", missing.get("evt.res"));

        request(dir, how, "mkdir", "made");
        Snapshot made = live.await("mkdirat", "evt.arg.path", dir + "/made");
        assertEquals("750", made.get("evt.arg.mode"));

        request(dir, how, "rename", "made", "moved");
        Snapshot moved = live.await("renameat2", "evt.arg.oldpath", dir + "/made");
        assertEquals(dir + "/moved", moved.get("evt.arg.newpath"));

        request(dir, how, "unlink", "link");
        assertEquals(
                "SUCCESS", live.await("unlinkat", "evt.arg.name", dir + "/link").get("evt.res"));

        request(dir, how, "symlink", "/etc/shadow", "soft");
        Snapshot soft = live.await("symlinkat", "evt.arg.linkpath", dir + "/soft");
        assertEquals("/etc/shadow", soft.get("evt.arg.target"));

        request(dir, how, "link", "soft", "hard");
        Snapshot hard = live.await("linkat", "evt.arg.newpath", dir + "/hard");
        assertEquals(dir + "/soft", hard.get("evt.arg.oldpath"));
        assertEquals("SUCCESS", hard.get("evt.res"));

        request(dir, how, "socket");
        Snapshot socket = live.await(s -> s.is("evt.type", "socket") && s.is("proc.cwd", dir + "/"));
        assertEquals("AF_INET", socket.get("evt.arg.domain"));
        assertEquals("ipv4", socket.get("fd.type"));

        request(dir, how, "connect", "9");
        Snapshot refused = live.await(s -> s.is("evt.type", "connect") && s.is("proc.cwd", dir + "/"));
        assertEquals("ECONNREFUSED", refused.get("evt.res"));
    }

    private static void request(Path dir, String how, String... words) {
        String[] command = new String[words.length + 2];
        command[0] = program.toString();
        command[1] = how;
        System.arraycopy(words, 0, command, 2, words.length);
        assertEquals(0, LiveEvents.run(dir, command));
    }
}
