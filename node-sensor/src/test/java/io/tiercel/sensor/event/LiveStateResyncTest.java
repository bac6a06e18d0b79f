package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.bpf.RingBufferSize;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    @Test
    void resyncUpdatesProgramAndWorkingDirectory(@TempDir Path dir) throws Exception {
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
                                            .filter(s -> s.is("proc.cwd", inner + "/"))
                                            .findFirst()
                                            .orElse(null);
                                },
                                Objects::nonNull);
                assertTrue(
                        opened.get("proc.cmdline").startsWith("sh -c while read b; do : < file; done changed"),
                        opened.get("proc.cmdline"));
                assertEquals(inner + "/file", opened.get("fd.name"));
                assertEquals("java", opened.get("proc.pname"));
                long programs = live.seen.stream()
                        .filter(s -> s.is("evt.type", "execve") && s.is("proc.pid", Long.toString(shell.pid())))
                        .count();
                assertEquals(1, programs, "the exec must be among the lost events");
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
