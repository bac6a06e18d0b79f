package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.bpf.LossCounters.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ways to hide io_uring requests.
 *
 * <p>With a table of the last 128 requests, both requests of {@link #linkedRequestsAreNotForgotten} were silent. Requests
 * without a result and requests with a full completion queue were always silent.
 */
@Tag("live")
class LiveIoUringAttacksTest {
    private static final String SHADOW = "/etc/shadow";
    private static final int PENDING = 5000;

    private static LiveEvents live;

    @TempDir
    private static Path temp;

    private static Path program;

    private Path dir;
    private long untrackedBefore;

    @BeforeAll
    static void open() throws IOException, InterruptedException {
        live = new LiveEvents(
                LiveOptions.defaults().withEventTypes(Set.of("openat", "unlinkat", "connect", "sendto", "sendmsg")));
        program = CProgram.compile("uring_attacks", temp);
        assumeTrue(
                LiveEvents.run(temp, CProgram.compile("uring", temp).toString(), "now", "mkdir", "probe") == 0,
                "io_uring is not available in this kernel or disabled by kernel.io_uring_disabled");
    }

    @AfterAll
    static void close() {
        if (live != null) {
            live.close();
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        dir = Files.createTempDirectory(temp.toRealPath(), "d");
        Files.createSymbolicLink(dir.resolve("link"), Path.of(SHADOW));
        Files.createFile(dir.resolve("victim"));
        untrackedBefore = untracked();
    }

    private static long untracked() {
        return live.stream.losses().count(Reason.IO_REQUEST_UNTRACKED);
    }

    private void attack(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("link", "victim"));
        assertEquals(0, LiveEvents.run(dir, command.toArray(String[]::new)));
    }

    private EventSnapshot awaitOpen() {
        return live.await("openat", "fd.name", dir + "/link");
    }

    private void awaitRemoval() {
        assertEquals(
                "SUCCESS",
                live.await("unlinkat", "evt.arg.name", dir + "/victim").get("evt.res"));
    }

    /** 127 requests before the open of a direct descriptor: silent before, reported with the kernel's path now. */
    @Test
    void linkedRequestsAreNotForgotten() {
        attack("linked", "127");
        assertEquals(SHADOW, awaitOpen().get(EventSnapshot.KERNEL_NAME));
        awaitRemoval();
    }

    /** More requests that wait than the table has entries: the next ones are reported at submission, and counted. */
    @Test
    void requestsBeyondTheTableAreReportedAtSubmission() {
        attack("pending", Integer.toString(PENDING));
        assertEquals("SUCCESS", awaitOpen().get("evt.res"));
        awaitRemoval();
        live.await("openat", "fd.name", SHADOW);
        assertTrue(untracked() > untrackedBefore);
    }

    @Test
    void requestsWithoutResultAreReportedAtSubmission() {
        attack("silent");
        assertEquals("SUCCESS", awaitOpen().get("evt.res"));
        awaitRemoval();
        assertTrue(untracked() >= untrackedBefore + 2);
    }

    @Test
    void requestsWithAFullCompletionQueueAreReported() {
        attack("overflow");
        assertEquals(SHADOW, awaitOpen().get(EventSnapshot.KERNEL_NAME));
        awaitRemoval();
    }

    /** A direct socket was described as the process's fd 0, and its sends were silent. */
    @Test
    void directSocketIsTheOneOfTheRing() {
        assertEquals(0, LiveEvents.run(dir, program.toString(), "fixed", "9"));
        for (String type : List.of("connect", "sendto")) {
            EventSnapshot s = live.await(e -> e.is("evt.type", type) && e.is("proc.cwd", dir + "/"));
            assertEquals("127.0.0.1 9 udp -1", endpoint(s), type);
        }
        EventSnapshot message = live.await(e -> e.is("evt.type", "sendmsg") && e.is("proc.cwd", dir + "/"));
        assertEquals("127.0.0.1 10 udp -1", endpoint(message));
    }

    /** A connect of a direct TCP socket had no address, so that rules about the address were silent. */
    @Test
    void connectOfADirectSocketHasItsAddress() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals("SUCCESS", directConnect(server.getLocalPort()));
        }
        assertEquals("ECONNREFUSED", directConnect(9));
    }

    /** Connects a direct socket, and returns the result of the event with that address. */
    private String directConnect(int port) {
        assertEquals(0, LiveEvents.run(dir, program.toString(), "direct", Integer.toString(port)));
        return live.await(e -> e.is("evt.type", "connect")
                        && e.is("proc.cwd", dir + "/")
                        && e.is("evt.arg.addr", "127.0.0.1:" + port))
                .get("evt.res");
    }

    private static String endpoint(EventSnapshot s) {
        return s.get("fd.sip") + " " + s.get("fd.sport") + " " + s.get("fd.l4proto") + " " + s.get("fd.num");
    }
}
