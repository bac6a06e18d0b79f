package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.container.ContainerOptions;
import io.tiercel.sensor.container.cri.CriRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods on a real Kubernetes node, which {@code kube-up} starts on this machine. */
@Tag("cluster")
class LiveKubernetesTest {
    private static final String POD = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, labels: {app: NAME, tier: front}}
        spec:
          terminationGracePeriodSeconds: 1
          restartPolicy: Always
          volumes: [{name: etc, hostPath: {path: /etc}}]
          initContainers:
          - {name: first, image: "busybox:local", imagePullPolicy: Never, command: [/bin/uname, -m]}
          containers:
          - name: main
            image: busybox:local
            imagePullPolicy: Never
            securityContext: {privileged: true}
            volumeMounts: [{name: etc, mountPath: /host-etc, readOnly: true}]
            command: [/bin/sh, -c, "trap exit TERM; /bin/id -u; while :; do /bin/sleep 1; done"]
        """;

    @TempDir
    private static Path dir;

    private static Path node;
    private static EventStream stream;
    private static final List<EventSnapshot> seen = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        LiveEvents.assumeCapture();
        assumeTrue(onPath("kube-up"), "kube-up, which starts a Kubernetes node, is not on the PATH");
        node = Path.of("/tmp/tiercel-node-" + ProcessHandle.current().pid());
        Result up = run("", "kube-up", "--dir", node.toString(), "--timeout", "240");
        assumeTrue(up.status == 0, "kube-up failed: " + up.text);
        stream = EventStreams.live(LiveOptions.defaults()
                .withEventTypes(Set.of("execve", "container"))
                .withContainers(
                        new ContainerOptions(List.of(new CriRuntime(node.resolve("containerd.sock"))), 10_000)));
        stream.waitForContainerMetadata(true);
    }

    @AfterAll
    static void stop() throws Exception {
        if (stream != null) {
            stream.close();
        }
        if (node != null) {
            run("", "kube-down", "--dir", node.toString());
        }
    }

    private record Result(int status, String text) {}

    private static boolean onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static Result run(String input, String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(dir, "out", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("KUBECONFIG", node.resolve("admin.kubeconfig").toString());
        Process process = builder.start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertTrue(process.waitFor(300, TimeUnit.SECONDS), () -> String.join(" ", command));
        return new Result(process.exitValue(), Files.readString(out));
    }

    private static void kubectl(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kube", "kubectl"));
        command.addAll(List.of(arguments));
        Result result = run(input, command.toArray(String[]::new));
        assertEquals(0, result.status, () -> String.join(" ", command) + ": " + result.text);
    }

    private static EventSnapshot await(Map<String, String> values, Predicate<EventSnapshot> condition) {
        return Awaitility.await(values.toString())
                .atMost(Duration.ofSeconds(60))
                .pollInSameThread()
                .until(
                        () -> {
                            stream.poll(event -> seen.add(EventSnapshot.of(event)), 20);
                            return seen.stream()
                                    .filter(s -> values.entrySet().stream()
                                            .allMatch(value -> s.is(value.getKey(), value.getValue())))
                                    .filter(condition)
                                    .findFirst();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private static EventSnapshot await(Map<String, String> values) {
        return await(values, s -> true);
    }

    /** Follows a pod from start to deletion, then another pod with the same name. */
    @Test
    void allEventsOfAPodHaveItsMetadata() throws Exception {
        kubectl(POD.replace("NAME", "one"), "apply", "-f", "-");

        EventSnapshot first = await(Map.of("container.name", "first", "proc.name", "uname"));
        assertEquals("web", first.get("k8s.pod.name"));
        assertEquals("default", first.get("k8s.ns.name"));
        assertEquals("docker.io/library/busybox", first.get("container.image.repository"));
        assertEquals("local", first.get("container.image.tag"));
        assertEquals("containerd", first.get("container.type"));
        assertEquals("0", first.get("container.privileged"));

        EventSnapshot main = await(Map.of("container.name", "main", "proc.name", "id"));
        String uid = main.get("k8s.pod.uid");
        assertEquals(first.get("k8s.pod.uid"), uid);
        assertEquals("one", main.get("k8s.pod.label[app]"));
        assertTrue(main.get("k8s.pod.labels").contains("tier:front"), main.get("k8s.pod.labels"));
        assertEquals("1", main.get("container.privileged"));
        assertTrue(
                main.get("container.mounts").contains("/etc:/host-etc::false:private"), main.get("container.mounts"));
        assertEquals("/host-etc", main.get("container.mount.dest[/etc*]"));
        assertTrue(main.get("k8s.pod.ip").startsWith("10.244."), main.get("k8s.pod.ip"));
        assertEquals("root", main.get("user.name"));
        EventSnapshot start = await(Map.of("evt.type", "container", "container.name", "main"));
        assertEquals(main.get("container.id"), start.get("container.id"));
        EventSnapshot sandbox = await(Map.of("evt.type", "container", "container.id", main.get("k8s.pod.sandbox_id")));
        assertEquals("docker.io/library/pause", sandbox.get("container.image.repository"));
        assertEquals(uid, sandbox.get("k8s.pod.uid"));

        kubectl("", "wait", "--for=condition=Ready", "pod/web", "--timeout=60s");
        kubectl("", "exec", "web", "-c", "main", "--", "/bin/hostname", "-s");
        EventSnapshot exec = await(Map.of("container.name", "main", "proc.name", "hostname"));
        assertEquals(main.get("container.full_id"), exec.get("container.full_id"));

        kubectl(
                "",
                "debug",
                "web",
                "--image=busybox:local",
                "--image-pull-policy=Never",
                "--container=extra",
                "--profile=general",
                "--",
                "/bin/whoami");
        EventSnapshot extra = await(Map.of("container.name", "extra", "proc.name", "whoami"));
        assertEquals(uid, extra.get("k8s.pod.uid"));

        kubectl("", "exec", "web", "-c", "main", "--", "/bin/kill", "-TERM", "1");
        EventSnapshot again = await(
                Map.of("container.name", "main", "proc.name", "id"),
                s -> !s.is("container.id", main.get("container.id")));
        assertEquals(uid, again.get("k8s.pod.uid"));

        kubectl("", "delete", "pod", "web", "--now");
        kubectl(POD.replace("NAME", "two"), "apply", "-f", "-");
        EventSnapshot other = await(Map.of("container.name", "main", "proc.name", "id", "k8s.pod.label[app]", "two"));
        assertEquals("web", other.get("k8s.pod.name"));
        assertNotEquals(uid, other.get("k8s.pod.uid"));
        kubectl("", "delete", "pod", "web", "--now");
        assertTrue(
                seen.stream().noneMatch(s -> s.is("k8s.pod.name", "web") && s.is("container.image.repository", "")),
                "all events of the pod must have the image");
    }
}
