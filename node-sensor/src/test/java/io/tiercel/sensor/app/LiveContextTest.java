package io.tiercel.sensor.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertContainer;
import io.tiercel.rules.alert.AlertContext;
import io.tiercel.rules.alert.AlertProcess;
import io.tiercel.sensor.container.cri.FakeCriServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a kernel event to an alert with the processes and the container behind it, live and from a recording. */
@Tag("live")
class LiveContextTest {
    private static final String RULE = "Secret read";

    @TempDir
    Path folder;

    private Path secret;
    private Path rules;

    @BeforeEach
    void write() throws IOException {
        secret = Files.writeString(folder.resolve("secret"), "x").toRealPath();
        rules = Files.writeString(
                folder.resolve("rules.yaml"),
                ShippedSensor.rule(
                        RULE,
                        "evt.type in (open, openat, openat2) and evt.is_open_read = true and fd.name = " + secret));
    }

    private ShippedSensor start(Path socket, String... more) throws IOException {
        return ShippedSensor.start(
                folder,
                Stream.concat(Stream.of("--rules", rules.toString(), "--cri", socket.toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor());
    }

    @Test
    void anAlertHasItsProcessesAndIsTheSameFromARecording() throws Exception {
        ShippedSensor.assumeCapture();
        Path recording = folder.resolve("recording");
        Alert live;
        try (ShippedSensor sensor = start(folder.resolve("none.sock"), "--record", recording.toString())) {
            run("sh", "-c", "sh -c 'cat " + secret + " " + "/dev/null ".repeat(30) + "; :'; :");
            sensor.awaitAlerts(RULE, 1);
            live = sensor.alerts(RULE).getFirst();
            sensor.signal("TERM");
            sensor.process().waitFor();
        }
        AlertContext context = Objects.requireNonNull(live.context());
        List<AlertProcess> processes = context.ancestors();
        assertNull(context.container());
        assertEquals(
                List.of("cat", "sh", "sh"),
                processes.stream().limit(3).map(AlertProcess::name).toList());
        AlertProcess cat = processes.getFirst();
        String exe = String.valueOf(cat.exe());
        assertTrue(exe.endsWith("/cat") || exe.endsWith("/busybox"), cat::toString);
        String cmdline = String.valueOf(cat.cmdline());
        assertTrue(cmdline.startsWith("cat " + secret + " /dev/null"), cat::toString);
        assertTrue(cmdline.length() <= 256 && cmdline.endsWith("..."), cat::toString);
        assertEquals("root", cat.user());
        assertTrue(cat.startNanos() <= live.timeNanos() && cat.startNanos() > live.timeNanos() - 60_000_000_000L);
        assertEquals(ProcessHandle.current().pid(), processes.get(3).pid(), "the program that started the first shell");
        try (ShippedSensor replay =
                ShippedSensor.start(folder, "--rules", rules.toString(), "--replay", recording.toString())) {
            replay.process().waitFor();
            assertEquals(context, replay.alerts(RULE).getFirst().context());
        }
    }

    @Test
    void anAlertHasItsContainerWhateverLabelsItsPodHas() throws Exception {
        ShippedSensor.assumeCapture();
        Path socket = folder.resolve("cri.sock");
        String id =
                "a1b2c3d4e5f6" + HexFormat.of().toHexDigits(System.nanoTime()).repeat(3) + "0123";
        Path cgroup = cgroups().resolve("docker-" + id + ".scope");
        try (FakeCriServer cri = new FakeCriServer(socket)) {
            cri.containers.add(id);
            cri.setPod(FakeCriServer.manyLabels(), Map.of("note", "a".repeat(250_000)));
            try (ShippedSensor sensor = start(socket, "--container-wait", "10000")) {
                Files.createDirectory(cgroup);
                run("sh", "-c", "echo $$ > " + cgroup + "/cgroup.procs; sh -c 'cat " + secret + "; :'; :");
                sensor.awaitAlerts(RULE, 1);
                AlertContext context = sensor.alerts(RULE).getFirst().context();
                AlertContainer container =
                        Objects.requireNonNull(Objects.requireNonNull(context).container());
                assertEquals(id, container.id());
                assertTrue(container.image() != null && container.name() != null, container::toString);
                assertEquals(
                        List.of("shop", "web-0", "u-1"),
                        Stream.of(container.namespace(), container.pod(), container.podUid())
                                .toList());
            }
        } finally {
            Files.deleteIfExists(cgroup);
        }
    }

    private static Path cgroups() {
        return Stream.of("/sys/fs/cgroup/unified", "/sys/fs/cgroup")
                .map(Path::of)
                .filter(path -> Files.exists(path.resolve("cgroup.procs")))
                .findFirst()
                .orElseThrow();
    }
}
