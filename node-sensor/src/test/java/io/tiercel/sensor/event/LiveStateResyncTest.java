package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.bpf.load.RingBufferSize;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state is correct again after events were lost. The ring buffer is small, so that they are lost soon. */
@Tag("live")
class LiveStateResyncTest {
    private static final String FLOOD = "import os\nfor i in range(60000): os.close(os.open('/dev/null', os.O_RDONLY))";

    /** Changes directory and program at the first line of input, and opens a file at each further line. */
    private static final String CHANGING = "read a; cd inner; exec sh -c 'while read b; do : < file; done' changed";

    /** Takes another name, and opens a file at each line of input. */
    private static final String RENAMED = "import ctypes, os, sys\n"
            + "ctypes.CDLL(None).prctl(15, b'sshd', 0, 0, 0)\n"
            + "for line in sys.stdin: os.close(os.open('own', os.O_RDONLY))";

    private static final int READS = 50;

    /**
     * A process that takes the name of a trusted program, and then floods the sensor, keeps the name that exec told: 50 of 50 reads.
     * Before, the scan after a loss took over the new name: 0 of 50.
     */
    @Test
    void resyncKeepsTheNameOfARenamedProcess(@TempDir Path dir) throws Exception {
        Path inner = Files.createDirectory(dir.resolve("inner"));
        Files.createFile(inner.resolve("file"));
        Files.createFile(dir.resolve("own"));
        try (LiveEvents live = new LiveEvents(
                        LiveOptions.defaults().withEventTypes(Set.of("open", "openat", "execve")),
                        RingBufferSize.forCpus(1));
                Child renamed = new Child(dir, "python3", "-S", "-c", RENAMED);
                Child shell = new Child(dir, "sh", "-c", CHANGING)) {
            renamed.sendLine();
            String name = live.await(s -> renamed.did(s, dir.resolve("own"))).get("proc.name");
            assertEquals(
                    "sshd",
                    Files.readString(Path.of("/proc/" + renamed.process.pid() + "/comm"))
                            .strip());
            long before = live.stream.losses().lostEvents();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                LiveEvents.run(dir, "python3", "-S", "-c", FLOOD);
                return live.stream.losses().lostEvents() > before;
            });
            shell.sendLine();
            Awaitility.await().atMost(Duration.ofSeconds(60)).pollInSameThread().until(() -> {
                shell.sendLine();
                for (int i = 0; i < 50; i++) {
                    live.poll();
                }
                return live.seen.stream().anyMatch(s -> shell.did(s, inner.resolve("file")));
            });
            live.seen.clear();
            for (int i = 0; i < READS; i++) {
                renamed.sendLine();
            }
            Awaitility.await().atMost(Duration.ofSeconds(60)).pollInSameThread().until(() -> {
                live.poll();
                return reads(live, renamed, dir).size() == READS;
            });
            assertEquals(
                    READS,
                    reads(live, renamed, dir).stream()
                            .filter(s -> s.is("proc.name", name))
                            .count(),
                    "reads with the name that exec told, of 50; before: 0");
        }
    }

    private static List<EventSnapshot> reads(LiveEvents live, Child child, Path dir) {
        return live.seen.stream().filter(s -> child.did(s, dir.resolve("own"))).toList();
    }

    /** A process that acts at each line of its input. */
    private static final class Child implements AutoCloseable {
        private final Process process;
        private final OutputStream input;

        Child(Path dir, String... command) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile());
            builder.environment().put("TIERCEL_TEST", "yes");
            process = builder.start();
            input = process.getOutputStream();
        }

        void sendLine() throws IOException {
            LiveStateResyncTest.sendLine(input);
        }

        boolean did(EventSnapshot s, Path file) {
            return s.is("proc.pid", Long.toString(process.pid())) && s.is("fd.name", file.toString());
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }

    @Test
    void programAndWorkingDirectoryAreRightAfterAFlood(@TempDir Path dir) throws Exception {
        Path inner = Files.createDirectory(dir.resolve("inner"));
        Files.createFile(inner.resolve("file"));
        try (LiveEvents live = new LiveEvents(
                LiveOptions.defaults().withEventTypes(Set.of("open", "openat", "execve")), RingBufferSize.forCpus(1))) {
            ProcessBuilder builder = new ProcessBuilder("sh", "-c", CHANGING).directory(dir.toFile());
            builder.environment().put("TIERCEL_TEST", "yes");
            Process shell = builder.start();
            try (OutputStream input = shell.getOutputStream()) {
                live.await(s -> s.is("evt.type", "execve") && s.is("proc.pid", Long.toString(shell.pid())));
                long before = live.stream.losses().lostEvents();
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                    LiveEvents.run(dir, "python3", "-c", FLOOD);
                    return live.stream.losses().lostEvents() > before;
                });
                sendLine(input);
                Awaitility.await().until(() -> commandLine(shell.pid()).contains("changed"));
                EventSnapshot opened = Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .pollInSameThread()
                        .until(
                                () -> {
                                    sendLine(input);
                                    for (int i = 0; i < 50; i++) {
                                        live.poll();
                                    }
                                    return live.seen.stream()
                                            .filter(s -> s.is("proc.pid", Long.toString(shell.pid())))
                                            .filter(s -> s.get("evt.type").startsWith("open"))
                                            .filter(s -> s.is("fd.name", inner + "/file"))
                                            .findFirst()
                                            .orElse(null);
                                },
                                Objects::nonNull);
                assertTrue(
                        opened.get("proc.cmdline").startsWith("sh -c while read b; do : < file; done changed"),
                        opened.get("proc.cmdline"));
                assertEquals(inner + "/", opened.get("proc.cwd"));
                assertEquals("java", opened.get("proc.pname"));
            } finally {
                shell.destroy();
                shell.waitFor();
            }
        }
    }

    private static void sendLine(OutputStream input) throws IOException {
        input.write('\n');
        input.flush();
    }

    private static String commandLine(long pid) throws IOException {
        return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")), StandardCharsets.ISO_8859_1);
    }
}
