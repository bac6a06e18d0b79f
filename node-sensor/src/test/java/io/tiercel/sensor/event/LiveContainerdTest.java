package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.container.ContainerOptions;
import io.tiercel.sensor.container.cri.ContainerdDaemon;
import io.tiercel.sensor.container.cri.CriPodClient;
import io.tiercel.sensor.container.cri.CriRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods of a real containerd, which the test starts. */
@Tag("live")
class LiveContainerdTest {
    private static final Map<String, String> LABELS = Map.of(
            "app", "web",
            "io.kubernetes.pod.name", "web-0",
            "io.kubernetes.pod.namespace", "shop",
            "io.kubernetes.pod.uid", "uid-web-0");

    @TempDir
    Path dir;

    private ContainerdDaemon containerd;
    private CriPodClient pods;
    private final List<String> sandboxes = new ArrayList<>();
    private final List<EventSnapshot> seen = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        LiveEvents.assumeCapture();
        containerd = new ContainerdDaemon(dir);
        pods = new CriPodClient(containerd.socket(), containerd.cgroupParent());
    }

    @AfterEach
    void stop() throws Exception {
        if (pods != null) {
            containerd.start();
            sandboxes.forEach(pods::remove);
            pods.close();
        }
        if (containerd != null) {
            containerd.close();
        }
    }

    private EventStream live(long waitMillis) {
        EventStream stream = EventStreams.live(LiveOptions.defaults()
                .withEventTypes(Set.of("execve", "container"))
                .withContainers(new ContainerOptions(List.of(new CriRuntime(containerd.socket())), waitMillis)));
        stream.waitForContainerMetadata(true);
        return stream;
    }

    private String sandbox(String pod) {
        String id = pods.sandbox(pod, LABELS);
        sandboxes.add(id);
        return id;
    }

    private EventSnapshot await(EventStream stream, Predicate<EventSnapshot> condition) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInSameThread()
                .until(
                        () -> {
                            stream.poll(
                                    event -> {
                                        EventSnapshot s = EventSnapshot.of(event);
                                        seen.add(s);
                                        if (event instanceof ContainerAwareEvent c && c.missingMetadata() != null) {
                                            missing.add(s.get("container.full_id"));
                                        }
                                    },
                                    20);
                            return seen.stream().filter(condition).findFirst();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void firstProgramHasPodMetadata() {
        try (EventStream stream = live(10_000)) {
            String sandbox = sandbox("web-0");
            String id = pods.container(sandbox, "web-0", "main", LABELS, "/bin/cat", "/host-etc/hostname");
            EventSnapshot s = await(stream, e -> e.is("container.full_id", id) && e.is("proc.name", "cat"));
            assertEquals("main", s.get("container.name"));
            assertEquals("containerd", s.get("container.type"));
            assertEquals("docker.io/library/box", s.get("container.image.repository"));
            assertEquals("1", s.get("container.image.tag"));
            assertEquals(64, s.get("container.image.id").length());
            assertEquals("1", s.get("container.privileged"));
            assertEquals("1", s.get("container.host_network"));
            assertEquals("0", s.get("container.host_pid"));
            assertEquals("/host-etc", s.get("container.mount.dest[/etc*]"));
            assertEquals("web-0", s.get("k8s.pod.name"));
            assertEquals("shop", s.get("k8s.ns.name"));
            assertEquals("web", s.get("k8s.pod.label[app]"));
            assertEquals(sandbox, s.get("k8s.pod.full_sandbox_id"));
            EventSnapshot pause = await(stream, e -> e.is("container.full_id", sandbox) && e.is("proc.name", "sleep"));
            assertEquals("web-0", pause.get("container.name"));
            assertEquals("uid-web-0", pause.get("k8s.pod.uid"));
            EventSnapshot start =
                    await(stream, e -> e.is("container.full_id", sandbox) && e.is("evt.type", "container"));
            assertEquals("sleep", start.get("proc.name"), "the first program, not the OCI runtime");
            assertTrue(start.get("evt.arg.json").contains("\"is_pod_sandbox\":true"), start.get("evt.arg.json"));
        }
    }

    @Test
    void retriesWhileTheRuntimeIsDown() throws Exception {
        String sandbox = sandbox("web-1");
        String id = pods.container(
                sandbox, "web-1", "main", LABELS, "/bin/sh", "-c", "while :; do /bin/id; /bin/sleep 1; done");
        containerd.stop();
        try (EventStream stream = live(300)) {
            await(stream, e -> missing.contains(id));
            containerd.start();
            EventSnapshot s = await(stream, e -> e.is("container.full_id", id) && e.is("container.name", "main"));
            assertEquals("web", s.get("k8s.pod.label[app]"));
        }
    }
}
