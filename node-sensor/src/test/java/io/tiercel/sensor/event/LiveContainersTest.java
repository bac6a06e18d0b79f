package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.container.ContainerOptions;
import io.tiercel.sensor.container.cri.CriRuntime;
import io.tiercel.sensor.container.cri.FakeCriServer;
import java.io.BufferedReader;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes in real cgroups, with a fake runtime that controls when it responds. */
@Tag("live")
class LiveContainersTest {
    @TempDir
    Path dir;

    private Path socket;
    private FakeCriServer cri;
    private Path cgroup;
    private String id;

    @BeforeEach
    void start() throws IOException {
        LiveEvents.assumeCapture();
        socket = dir.resolve("cri.sock");
        cri = new FakeCriServer(socket);
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
        live.stream.waitForContainerMetadata(true);
        return live;
    }

    private void runInContainer(String command) throws IOException {
        if (!Files.exists(cgroup)) {
            Files.createDirectory(cgroup);
        }
        LiveEvents.run(dir, "sh", "-c", "echo $$ > " + cgroup + "/cgroup.procs; " + command + "; true");
    }

    /** Waits for the first event that matches. Its process may have ended, so its environment may be unknown. */
    private static EventSnapshot await(LiveEvents live, Predicate<EventSnapshot> condition) {
        return Awaitility.await()
                .pollInSameThread()
                .until(
                        () -> {
                            live.stream.poll(event -> live.seen.add(EventSnapshot.of(event)), 20);
                            return live.seen.stream().filter(condition).findFirst();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private boolean isInContainer(EventSnapshot s) {
        return s.is("container.full_id", id);
    }

    @Test
    void holdsOnlyContainerEventsWhileTheRuntimeIsSlow() throws Exception {
        try (LiveEvents live = live(30_000)) {
            cri.hang();
            runInContainer("cat /etc/hostname");
            LiveEvents.run(dir, "uname");
            live.await("execve", "proc.name", "uname");
            assertTrue(live.seen.stream().noneMatch(this::isInContainer), "the container event must be held");
            cri.release();
            EventSnapshot s = live.await(e -> isInContainer(e) && e.is("proc.name", "cat"));
            assertEquals("registry:5000/team/web", s.get("container.image.repository"));
            assertEquals("shop", s.get("k8s.ns.name"));
            assertEquals("/:/host::true:private", s.get("container.mount[0]"));
        }
    }

    @Test
    void releasesEventsAfterTheTimeout() throws Exception {
        try (LiveEvents live = live(300)) {
            cri.hang();
            runInContainer("cat /etc/hostname");
            EventSnapshot s = live.await(e -> isInContainer(e) && e.is("proc.name", "cat"));
            assertEquals("(absent)", s.get("container.image.repository"));
            cri.release();
            Awaitility.await().atMost(Duration.ofSeconds(20)).pollInSameThread().until(() -> {
                runInContainer("id");
                live.stream.poll(event -> live.seen.add(EventSnapshot.of(event)), 20);
                return live.seen.stream().anyMatch(e -> isInContainer(e) && e.is("container.name", "web"));
            });
        }
    }

    @Test
    void reportsAContainerStartOnceAndQueriesOnce() throws Exception {
        try (LiveEvents live = live(30_000)) {
            runInContainer("cat /etc/hostname; id -u; uname -r");
            EventSnapshot start = await(live, e -> isInContainer(e) && e.is("evt.type", "container"));
            assertEquals("web", start.get("container.name"));
            assertTrue(start.get("evt.arg.json").contains(id), start.get("evt.arg.json"));
            live.await(e -> isInContainer(e) && e.is("proc.name", "uname"));
            assertEquals(
                    1,
                    live.seen.stream()
                            .filter(e -> isInContainer(e) && e.is("evt.type", "container"))
                            .count());
            assertEquals(1, cri.queries.get());
        }
    }

    @Test
    void runningContainersHaveMetadataButNoStartEvent() throws Exception {
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
            EventSnapshot s = live.await(e -> isInContainer(e) && e.is("proc.name", "id"));
            assertEquals("web", s.get("container.name"));
            assertTrue(live.seen.stream().noneMatch(e -> isInContainer(e) && e.is("evt.type", "container")));
        } finally {
            sleeper.destroy();
            sleeper.waitFor();
        }
    }

    @Test
    void eventsAreNotHeldWithoutARuntime() throws Exception {
        cri.close();
        Files.deleteIfExists(socket);
        try (LiveEvents live = live(60_000)) {
            long start = System.nanoTime();
            runInContainer("cat /etc/hostname");
            live.await(e -> isInContainer(e) && e.is("proc.name", "cat"));
            assertTrue(System.nanoTime() - start < 20_000_000_000L);
        }
    }

    @Test
    void replayEqualsTheLiveEvents() throws Exception {
        Path file = dir.resolve("containers.trec");
        List<EventSnapshot> seen;
        LiveOptions options = LiveOptions.defaults()
                .withEventTypes(Set.of("execve", "container"))
                .withRecordTo(file)
                .withContainers(new ContainerOptions(List.of(new CriRuntime(socket)), 30_000));
        try (LiveEvents live = new LiveEvents(options)) {
            live.stream.waitForContainerMetadata(true);
            cri.hang();
            runInContainer("cat /etc/hostname");
            LiveEvents.run(dir, "uname");
            live.await("execve", "proc.name", "uname");
            cri.release();
            await(live, e -> isInContainer(e) && e.is("evt.type", "container"));
            live.await(e -> isInContainer(e) && e.is("proc.name", "cat"));
            seen = List.copyOf(live.seen);
        }
        try (var replay = EventStreams.replay(file)) {
            replay.waitForContainerMetadata(true);
            List<EventSnapshot> replayed = new ArrayList<>();
            while (!replay.ended()) {
                replay.poll(event -> replayed.add(EventSnapshot.of(event)), 0);
            }
            assertEquals(
                    seen.stream().filter(this::isInContainer).toList(),
                    replayed.stream().filter(this::isInContainer).toList());
        }
    }

    @Test
    void recognizesContainersByCgroupV1() throws Exception {
        Path old = Path.of("/sys/fs/cgroup/pids");
        assumeTrue(Files.exists(old.resolve("cgroup.procs")), "cgroup v1 is not mounted");
        Path parent = Files.createDirectory(old.resolve("tiercel-test-" + id.substring(0, 20)));
        Path group = Files.createDirectory(parent.resolve(id));
        try (LiveEvents live = live(30_000)) {
            LiveEvents.run(dir, "sh", "-c", "echo $$ > " + group + "/cgroup.procs; cat /etc/hostname; true");
            EventSnapshot s = live.await(e -> isInContainer(e) && e.is("proc.name", "cat"));
            assertEquals("web", s.get("container.name"));
        } finally {
            Files.delete(group);
            Files.delete(parent);
        }
    }

    /**
     * Starts a container with its own passwd and group, and runs commands in it. Its first process lives until its input ends,
     * because names are read below the root directory of a living process.
     */
    private Process startWithOwnUsers(String commands) throws IOException {
        Files.createDirectories(cgroup);
        ProcessBuilder builder = new ProcessBuilder(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t tmpfs none /etc && echo app:x:12345:12345::/srv:/bin/app > /etc/passwd"
                        + " && echo web:x:12346: > /etc/group; echo $$ > " + cgroup + "/cgroup.procs; " + commands
                        + "; read x");
        builder.environment().put("TIERCEL_TEST", "yes");
        return builder.start();
    }

    private static void end(Process container) throws Exception {
        container.getOutputStream().close();
        container.waitFor();
    }

    @Test
    void namesOfUsersAndGroupsComeFromTheContainer() throws Exception {
        try (LiveEvents live = live(300)) {
            Process container = startWithOwnUsers("setpriv --reuid 12345 --regid 12346 --clear-groups cat /dev/null;"
                    + " echo late:x:12347:12347::/:/bin/sh >> /etc/passwd;"
                    + " setpriv --reuid 12347 --clear-groups uname;"
                    + " setpriv --reuid 12399 --regid 12399 --clear-groups id");
            try {
                EventSnapshot s = live.await(e -> isInContainer(e) && e.is("proc.name", "cat"));
                assertEquals("app", s.get("user.name"));
                assertEquals("web", s.get("group.name"));
                assertEquals("/srv", s.get("user.homedir"));
                assertEquals("/bin/app", s.get("user.shell"));
                EventSnapshot added = live.await(e -> isInContainer(e) && e.is("proc.name", "uname"));
                assertEquals("late", added.get("user.name"));
                EventSnapshot unknown = live.await(e -> isInContainer(e) && e.is("proc.name", "id"));
                assertEquals("<NA>", unknown.get("user.name"));
                assertEquals("<NA>", unknown.get("group.name"));
            } finally {
                end(container);
            }
        }
    }

    /**
     * A container whose only program ends at once, as most do that fail. Nothing can be read after that, so that its users are
     * read while the runtime prepares it. Before: {@code <NA>}.
     */
    @Test
    void namesOfAContainerAreReadBeforeItsFirstProgramEnds() throws Exception {
        Path tree = Files.createDirectory(dir.resolve("tree"));
        try (LiveEvents live = live(300)) {
            Files.createDirectory(cgroup);
            String layers = "mount -t tmpfs none $0 && mkdir $0/upper $0/work $0/tree && mount -t overlay"
                    + " -o lowerdir=/,upperdir=$0/upper,workdir=$0/work none $0/tree"
                    + " && echo app:x:12345:12345::/srv:/bin/app > $0/tree/etc/passwd && exec perl -e \"$1\" $0 $2";
            String runtime = "open(my $procs, '>', \"$ARGV[1]/cgroup.procs\"); syswrite($procs, $$); close($procs);"
                    + " select(undef, undef, undef, 0.3); chroot(\"$ARGV[0]/tree\"); chdir('/'); select(undef, undef,"
                    + " undef, 0.3); exec('setpriv', '--reuid', '12345', '--clear-groups', 'true');";
            Process container = new ProcessBuilder(
                            "unshare", "-m", "sh", "-c", layers, tree.toString(), runtime, cgroup.toString())
                    .start();
            EventSnapshot s =
                    await(live, e -> isInContainer(e) && e.is("evt.type", "execve") && e.is("proc.name", "true"));
            assertEquals("app", s.get("user.name"));
            assertEquals("/srv", s.get("user.homedir"));
            container.waitFor();
        }
    }

    /** A container that runs when the sensor starts. */
    @Test
    void namesOfUsersOfARunningContainerComeFromTheContainer() throws Exception {
        Process container = startWithOwnUsers("echo ready; read x; setpriv --reuid 12345 --clear-groups cat /dev/null");
        try (BufferedReader out = container.inputReader()) {
            assertEquals("ready", out.readLine());
            try (LiveEvents live = live(300)) {
                container.outputWriter().append('\n').flush();
                EventSnapshot s = live.await(e -> isInContainer(e) && e.is("proc.name", "cat"));
                assertEquals("app", s.get("user.name"));
            }
        } finally {
            end(container);
        }
    }

    /**
     * A process of a privileged container writes its pid into a cgroup of the host. Its alerts named the host from then on; now
     * they name the container.
     */
    @Test
    void aProcessThatLeavesTheCgroupStaysInItsContainer() throws Exception {
        Path outside = Files.createDirectory(unified().resolve("tiercel-test-" + id.substring(0, 20)));
        try (LiveEvents live = live(30_000)) {
            String leave = "echo 0 > " + outside + "/cgroup.procs; ";
            runInContainer("unshare -m sh -c '" + leave + "(id -u); uname -r; true'");
            for (String program : List.of("id", "uname")) {
                EventSnapshot s = live.await(e -> e.is("proc.name", program));
                assertEquals(id, s.get("container.full_id"), program);
                assertEquals("web", s.get("container.name"), program);
            }
        } finally {
            Files.delete(outside);
        }
    }

    /** The harmless twin: a program that runs in the namespaces of the host, in a cgroup of the host, belongs to the host. */
    @Test
    void aProgramInTheNamespacesOfTheHostLeavesTheContainer() throws Exception {
        Path outside = Files.createDirectory(unified().resolve("tiercel-test-" + id.substring(0, 20)));
        try (LiveEvents live = live(30_000)) {
            runInContainer("uname -r; echo 0 > " + outside + "/cgroup.procs; id -u; true");
            assertEquals(id, live.await(e -> e.is("proc.name", "uname")).get("container.full_id"));
            assertEquals("host", live.await(e -> e.is("proc.name", "id")).get("container.id"));
        } finally {
            Files.delete(outside);
        }
    }
}
