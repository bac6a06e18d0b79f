package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.container.ContainerOptions;
import io.tiercel.sensor.container.cri.CriRuntime;
import io.tiercel.sensor.container.cri.FakeCri;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes in real cgroups, and a runtime that answers when it is told to. */
class LiveContainersTest {
    @TempDir
    Path dir;

    private Path socket;
    private FakeCri cri;
    private Path cgroup;
    private String id;

    @BeforeEach
    void start() throws IOException {
        LiveEvents.assumeCapture();
        socket = dir.resolve("cri.sock");
        cri = new FakeCri(socket);
        id = "a1b2c3d4e5f6" + HexFormat.of().toHexDigits(System.nanoTime()).repeat(3) + "0123";
        cri.containers.add(id);
        cgroup = unified().resolve("docker-" + id + ".scope");
    }

    @AfterEach
    void stop() throws Exception {
        if (cri != null) {
            cri.close();
            Files.deleteIfExists(cgroup);
        }
    }

    private static Path unified() {
        return List.of("/sys/fs/cgroup/unified", "/sys/fs/cgroup").stream()
                .map(Path::of)
                .filter(p -> Files.exists(p.resolve("cgroup.procs")))
                .findFirst()
                .orElseThrow();
    }

    private LiveEvents live(int waitMillis) {
        LiveEvents live = new LiveEvents(LiveOptions.defaults()
                .withEventTypes(Set.of("execve", "container"))
                .withContainers(new ContainerOptions(List.of(new CriRuntime(socket)), waitMillis)));
        live.stream.awaitContainers(true);
        return live;
    }

    private void runInContainer(String command) throws IOException {
        if (!Files.exists(cgroup)) {
            Files.createDirectory(cgroup);
        }
        LiveEvents.run(dir, "sh", "-c", "echo $$ > " + cgroup + "/cgroup.procs; " + command + "; true");
    }

    /** The first event, past or to come, that fits; of a process that may have ended. */
    private static Snapshot await(LiveEvents live, Predicate<Snapshot> wanted) {
        return Awaitility.await()
                .pollInSameThread()
                .until(
                        () -> {
                            live.stream.poll(event -> live.seen.add(Snapshot.of(event)), 20);
                            return live.seen.stream().filter(wanted).findFirst();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private boolean here(Snapshot s) {
        return s.is("container.full_id", id);
    }

    @Test
    void eventsWaitForASlowAnswerAndTheHostsDoNot() throws Exception {
        try (LiveEvents live = live(30_000)) {
            cri.hang();
            runInContainer("cat /etc/hostname");
            LiveEvents.run(dir, "uname");
            live.await("execve", "proc.name", "uname");
            assertTrue(live.seen.stream().noneMatch(this::here), "the container's event is held");
            cri.answer();
            Snapshot s = live.await(e -> here(e) && e.is("proc.name", "cat"));
            assertEquals("registry:5000/team/web", s.get("container.image.repository"));
            assertEquals("shop", s.get("k8s.ns.name"));
            assertEquals("/:/host::true:private", s.get("container.mount[0]"));
        }
    }

    @Test
    void anAnswerThatDoesNotComeIsNotWaitedForLonger() throws Exception {
        try (LiveEvents live = live(300)) {
            cri.hang();
            runInContainer("cat /etc/hostname");
            Snapshot s = live.await(e -> here(e) && e.is("proc.name", "cat"));
            assertEquals("(absent)", s.get("container.image.repository"));
            cri.answer();
            Awaitility.await().atMost(Duration.ofSeconds(20)).pollInSameThread().until(() -> {
                runInContainer("id");
                live.stream.poll(event -> live.seen.add(Snapshot.of(event)), 20);
                return live.seen.stream().anyMatch(e -> here(e) && e.is("container.name", "web"));
            });
        }
    }

    @Test
    void aStartIsAnEventOnceAndAskedForOnce() throws Exception {
        try (LiveEvents live = live(30_000)) {
            runInContainer("cat /etc/hostname; id -u; uname -r");
            Snapshot start = await(live, e -> here(e) && e.is("evt.type", "container"));
            assertEquals("web", start.get("container.name"));
            assertTrue(start.get("evt.arg.json").contains(id), start.get("evt.arg.json"));
            live.await(e -> here(e) && e.is("proc.name", "uname"));
            assertEquals(
                    1,
                    live.seen.stream()
                            .filter(e -> here(e) && e.is("evt.type", "container"))
                            .count());
            assertEquals(1, cri.questions.get());
        }
    }

    @Test
    void whatRunsAlreadyIsKnownAndDidNotStart() throws Exception {
        Files.createDirectory(cgroup);
        Process sleeper = new ProcessBuilder(
                        "sh", "-c", "echo $$ > " + cgroup + "/cgroup.procs; read x; exec cat /dev/null")
                .start();
        Awaitility.await()
                .until(() -> !Files.readString(cgroup.resolve("cgroup.procs")).isEmpty());
        try (LiveEvents live = live(30_000)) {
            sleeper.getOutputStream().write('\n');
            sleeper.getOutputStream().close();
            runInContainer("id");
            Snapshot s = live.await(e -> here(e) && e.is("proc.name", "id"));
            assertEquals("web", s.get("container.name"));
            assertTrue(live.seen.stream().noneMatch(e -> here(e) && e.is("evt.type", "container")));
        } finally {
            sleeper.destroy();
            sleeper.waitFor();
        }
    }

    @Test
    void withoutARuntimeNothingWaits() throws Exception {
        cri.close();
        Files.deleteIfExists(socket);
        try (LiveEvents live = live(60_000)) {
            long start = System.nanoTime();
            runInContainer("cat /etc/hostname");
            live.await(e -> here(e) && e.is("proc.name", "cat"));
            assertTrue(System.nanoTime() - start < 20_000_000_000L);
        }
    }

    @Test
    void aRecordingReplaysAlike() throws Exception {
        Path file = dir.resolve("containers.trec");
        List<Snapshot> seen;
        LiveOptions options = LiveOptions.defaults()
                .withEventTypes(Set.of("execve", "container"))
                .withRecordTo(file)
                .withContainers(new ContainerOptions(List.of(new CriRuntime(socket)), 30_000));
        try (LiveEvents live = new LiveEvents(options)) {
            live.stream.awaitContainers(true);
            cri.hang();
            runInContainer("cat /etc/hostname");
            LiveEvents.run(dir, "uname");
            live.await("execve", "proc.name", "uname");
            cri.answer();
            await(live, e -> here(e) && e.is("evt.type", "container"));
            seen = List.copyOf(live.seen);
        }
        try (var replay = EventStreams.replay(file)) {
            replay.awaitContainers(true);
            List<Snapshot> replayed = new ArrayList<>();
            while (!replay.ended()) {
                replay.poll(event -> replayed.add(Snapshot.of(event)), 0);
            }
            assertEquals(
                    seen.stream().filter(this::here).toList(),
                    replayed.stream().filter(this::here).toList());
        }
    }

    @Test
    void aProcessIsInTheContainerThatAnOldHierarchyNames() throws Exception {
        Path old = Path.of("/sys/fs/cgroup/pids");
        assumeTrue(Files.exists(old.resolve("cgroup.procs")), "there is no cgroup hierarchy of version 1 here");
        Path parent = Files.createDirectory(old.resolve("tiercel-test-" + id.substring(0, 20)));
        Path group = Files.createDirectory(parent.resolve(id));
        try (LiveEvents live = live(30_000)) {
            LiveEvents.run(dir, "sh", "-c", "echo $$ > " + group + "/cgroup.procs; cat /etc/hostname; true");
            Snapshot s = live.await(e -> here(e) && e.is("proc.name", "cat"));
            assertEquals("web", s.get("container.name"));
        } finally {
            Files.delete(group);
            Files.delete(parent);
        }
    }
}
