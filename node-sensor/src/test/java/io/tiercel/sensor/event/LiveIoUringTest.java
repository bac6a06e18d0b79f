package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** io_uring requests are reported as the equivalent system calls. */
@Tag("live")
class LiveIoUringTest {
    private static final Set<String> TYPES = Set.of(
            "openat",
            "openat2",
            "mkdirat",
            "renameat2",
            "unlinkat",
            "symlinkat",
            "linkat",
            "socket",
            "connect",
            "bind",
            "pwrite",
            "pread",
            "fallocate",
            "ftruncate",
            "setxattr",
            "fsetxattr");

    private static LiveEvents live;

    @TempDir
    private static Path temp;

    private static Path program;

    @BeforeAll
    static void open() throws IOException, InterruptedException {
        live = new LiveEvents(LiveOptions.defaults().withEventTypes(TYPES));
        program = CProgram.compile("uring", temp);
        assumeTrue(
                LiveEvents.run(temp, program.toString(), "now", "mkdir", "probe") == 0,
                "io_uring is not available in this kernel or disabled by kernel.io_uring_disabled");
    }

    @AfterAll
    static void close() {
        if (live != null) {
            live.close();
        }
    }

    /** Runs the requests inline, on a kernel worker, and on the kernel thread that polls the queue. */
    @ParameterizedTest
    @ValueSource(strings = {"now", "async", "poll"})
    void requestsAreReportedAsSyscalls(String mode) throws IOException {
        Path dir = Files.createTempDirectory(temp.toRealPath(), mode);
        Files.createSymbolicLink(dir.resolve("link"), Path.of("/etc/shadow"));

        request(dir, mode, "open", "link");
        EventSnapshot opened = live.await("openat", "fd.name", dir + "/link");
        assertEquals("SUCCESS", opened.get("evt.res"));
        assertEquals("/etc/shadow", opened.get(EventSnapshot.KERNEL_NAME));
        assertEquals("link", opened.get("fd.nameraw"));
        assertEquals("uring", opened.get("proc.exepath").replaceAll(".*/", ""));
        assertEquals("1", opened.get("evt.is_open_read"));
        assertTrue(Integer.parseInt(opened.get("fd.num")) > 2, opened.get("fd.num"));

        request(dir, mode, "open2", dir + "/none");
        EventSnapshot missing = live.await("openat2", "fd.name", dir + "/none");
        assertEquals("ENOENT", missing.get("evt.res"));

        request(dir, mode, "mkdir", "made");
        EventSnapshot made = live.await("mkdirat", "evt.arg.path", dir + "/made");
        assertEquals("750", made.get("evt.arg.mode"));

        request(dir, mode, "rename", "made", "moved");
        EventSnapshot moved = live.await("renameat2", "evt.arg.oldpath", dir + "/made");
        assertEquals(dir + "/moved", moved.get("evt.arg.newpath"));

        request(dir, mode, "unlink", "link");
        assertEquals(
                "SUCCESS", live.await("unlinkat", "evt.arg.name", dir + "/link").get("evt.res"));

        request(dir, mode, "symlink", "/etc/shadow", "soft");
        EventSnapshot soft = live.await("symlinkat", "evt.arg.linkpath", dir + "/soft");
        assertEquals("/etc/shadow", soft.get("evt.arg.target"));

        request(dir, mode, "link", "soft", "hard");
        EventSnapshot hard = live.await("linkat", "evt.arg.newpath", dir + "/hard");
        assertEquals(dir + "/soft", hard.get("evt.arg.oldpath"));
        assertEquals("SUCCESS", hard.get("evt.res"));

        request(dir, mode, "socket");
        EventSnapshot socket = live.await(s -> s.is("evt.type", "socket") && s.is("proc.cwd", dir + "/"));
        assertEquals("AF_INET", socket.get("evt.arg.domain"));
        assertEquals("ipv4", socket.get("fd.type"));

        request(dir, mode, "connect", "9");
        EventSnapshot refused = live.await(s -> s.is("evt.type", "connect") && s.is("proc.cwd", dir + "/"));
        assertEquals("ECONNREFUSED 127.0.0.1:9", refused.get("evt.res") + " " + refused.get("evt.arg.addr"));
    }

    /** Kernels before 6.11 answer that they do not know the operation. */
    @Test
    void bindHasItsAddress() throws IOException {
        Path dir = Files.createTempDirectory(temp.toRealPath(), "bind");
        request(dir, "now", "bind", "0");
        EventSnapshot s = live.await(e -> e.is("evt.type", "bind") && e.is("proc.cwd", dir + "/"));
        assertEquals("127.0.0.1:0", s.get("evt.arg.addr"));
    }

    /** Operations on files. Kernels before 6.9 answer that they do not know ftruncate. */
    @ParameterizedTest
    @CsvSource({
        "write, pwrite",
        "read, pread",
        "fallocate, fallocate",
        "ftruncate, ftruncate",
        "fsetxattr, fsetxattr",
        "setxattr, setxattr"
    })
    void operationsOnFilesAreReported(String operation, String type) throws IOException {
        Path dir = Files.createTempDirectory(temp.toRealPath(), operation);
        Files.writeString(dir.resolve("file"), "content");
        request(dir, "now", operation, "file");
        String field = type.equals("setxattr") ? "evt.arg.path" : "fd.name";
        EventSnapshot s = live.await(e -> e.is("evt.type", type)
                && e.is("proc.cwd", dir + "/")
                && e.get(field).endsWith("file"));
        if (operation.equals("write")) {
            assertEquals("content", s.get("evt.buffer"));
        }
    }

    /** A send that connects. Before: silent. Kernels that cannot send with an address in this way answer with another error. */
    @ParameterizedTest
    @CsvSource({"now, fastopen", "async, fastopen", "poll, fastopen", "now, fastopen-send"})
    void sendsThatConnectAreReportedAsConnect(String mode, String operation) throws IOException {
        Path dir = Files.createTempDirectory(temp.toRealPath(), operation);
        request(dir, mode, operation, "9");
        EventSnapshot s = live.await(e -> e.is("evt.type", "connect") && e.is("proc.cwd", dir + "/"));
        assertEquals("127.0.0.1:9", s.get("evt.arg.addr"));
        assertTrue(Set.of("ECONNREFUSED", "EINPROGRESS").contains(s.get("evt.res")), s.get("evt.res"));
    }

    private static void request(Path dir, String mode, String... arguments) {
        String[] command = new String[arguments.length + 2];
        command[0] = program.toString();
        command[1] = mode;
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        assertEquals(0, LiveEvents.run(dir, command));
    }
}
