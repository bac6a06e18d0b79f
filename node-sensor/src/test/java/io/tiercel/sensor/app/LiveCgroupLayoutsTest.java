package io.tiercel.sensor.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.sensor.container.cri.FakeCriServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real processes in real cgroups of each runtime and driver, before and after the start of the sensor. Each alert names the
 * innermost container, with the metadata from a runtime.
 *
 * <p>A node has cgroup v2 alone, v1 alone, or both ("hybrid"). The kernel decides which cgroups exist, and the mounts decide
 * which ones the sensor finds.
 */
@Tag("live")
class LiveCgroupLayoutsTest {
    private static final String RULE = "Marker";

    /** The paths of cgroups. {@code POD} is part of a pod's UID, {@code ID} and {@code OUTER} are ids of containers. */
    private static final Map<String, String> LAYOUTS = new LinkedHashMap<>();

    static {
        LAYOUTS.put("containerd 1.7 and 2, systemd", "SLICES/cri-containerd-ID.scope");
        LAYOUTS.put("containerd, cgroupfs", "kubepods/burstable/podPOD/ID");
        LAYOUTS.put(
                "containerd, systemd below its service",
                "system.slice/s.service/kubepods-podPOD.slice:cri-containerd:ID");
        LAYOUTS.put("CRI-O, systemd, runc", "SLICES/crio-ID.scope");
        LAYOUTS.put("CRI-O, systemd, crun", "SLICES/crio-ID.scope/container");
        LAYOUTS.put("CRI-O, cgroupfs", "kubepods/burstable/podPOD/crio-ID");
        LAYOUTS.put("Docker, systemd", "system.slice/docker-ID.scope");
        LAYOUTS.put("Docker, cgroupfs", "docker/ID");
        LAYOUTS.put("Podman, systemd", "machine.slice/libpod-ID.scope/container");
        LAYOUTS.put("Podman, cgroupfs", "libpod_parent/libpod-ID");
        LAYOUTS.put("systemd in a container", "SLICES/cri-containerd-ID.scope/system.slice/inner.service");
        LAYOUTS.put("init in a container", "SLICES/cri-containerd-ID.scope/init.scope");
        LAYOUTS.put(
                "pod in a pod, systemd",
                "SLICES/cri-containerd-OUTER.scope/kubelet.slice/SLICES/cri-containerd-ID.scope");
        LAYOUTS.put("pod in a pod, cgroupfs", "kubepods/podPOD/OUTER/kubelet/kubepods/besteffort/podPOD/ID");
        LAYOUTS.put("Docker in a pod", "SLICES/crio-OUTER.scope/docker/ID");
    }

    private static final String SLICES = "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podPOD.slice";

    /** The hierarchies that a node has. */
    enum Hierarchies {
        /** cgroup v2 alone: no other hierarchy is mounted for the sensor, and only it has the containers' cgroups. */
        V2_ALONE,
        /** cgroup v1 and v2, as systemd's "hybrid" mode: each has the containers' cgroups. */
        HYBRID,
        /** Only hierarchies of v1 have the containers' cgroups. */
        V1
    }

    @TempDir
    Path folder;

    private final Deque<Path> created = new ArrayDeque<>();
    private final List<Process> waiting = new ArrayList<>();
    private Path marker;
    private Path rules;

    @BeforeEach
    void write() throws IOException {
        ShippedSensor.assumeCapture();
        marker = Files.createFile(folder.resolve("marker")).toRealPath();
        rules = Files.writeString(
                folder.resolve("rules.yaml"),
                "- rule: " + RULE + "\n  desc: a test\n  condition: evt.type in (open, openat, openat2) and fd.name = "
                        + marker + "\n  output: container=%container.full_id name=%container.name pod=%k8s.pod.name"
                        + " by %proc.cmdline\n  priority: WARNING\n");
    }

    @AfterEach
    void remove() throws Exception {
        for (Process process : waiting) {
            process.destroyForcibly().waitFor();
        }
        while (!created.isEmpty()) {
            Files.deleteIfExists(created.pop());
        }
    }

    private static boolean isV2(Path mount) {
        return Files.exists(mount.resolve("cgroup.procs")) && Files.exists(mount.resolve("cgroup.max.depth"))
                || Files.exists(mount.resolve("cgroup.controllers"));
    }

    /** Returns the mounts in which a node with these hierarchies has the cgroups of containers. */
    private static List<Path> mounts(Hierarchies hierarchies) throws IOException {
        List<Path> all = new ArrayList<>(List.of(Path.of("/sys/fs/cgroup")));
        try (Stream<Path> inner = Files.list(Path.of("/sys/fs/cgroup"))) {
            inner.filter(Files::isDirectory).forEach(all::add);
        }
        List<Path> v2 =
                all.stream().filter(LiveCgroupLayoutsTest::isV2).limit(1).toList();
        List<Path> v1 = all.stream()
                .filter(mount -> mount.endsWith("memory") || mount.endsWith("pids"))
                .filter(mount -> Files.exists(mount.resolve("cgroup.procs")))
                .toList();
        assumeTrue(!v2.isEmpty(), "this machine has no cgroup v2");
        assumeTrue(hierarchies == Hierarchies.V2_ALONE || !v1.isEmpty(), "this machine has cgroup v2 alone");
        return switch (hierarchies) {
            case V2_ALONE -> v2;
            case HYBRID -> Stream.concat(v1.stream(), v2.stream()).toList();
            case V1 -> v1;
        };
    }

    private static String newId(int number) {
        return "1a70" + HexFormat.of().toHexDigits((short) number)
                + HexFormat.of().toHexDigits(System.nanoTime()).repeat(3) + "01234567";
    }

    private void createCgroup(Path mount, String path) throws IOException {
        Path cgroup = mount;
        for (Path part : Path.of(path)) {
            cgroup = cgroup.resolve(part);
            if (!Files.isDirectory(cgroup)) {
                created.push(Files.createDirectory(cgroup));
            }
        }
    }

    /** Starts a program in a new container. It reads the marker as soon as it receives a line, and ends. */
    private Process container(List<Path> mounts, String layout, String id, String outer) throws IOException {
        String path = layout.replace("SLICES", SLICES)
                .replace("POD", "4a1e_" + id.substring(4, 8))
                .replace("OUTER", outer)
                .replace("ID", id);
        StringBuilder enter = new StringBuilder();
        for (Path mount : mounts) {
            createCgroup(mount, path);
            enter.append("echo 0 > ").append(mount.resolve(path)).append("/cgroup.procs; ");
        }
        Process process = new ProcessBuilder(
                        "sh", "-c", enter + "echo in; read x; exec cat " + marker + " /dev/null/" + id)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        waiting.add(process);
        assertEquals("in", process.inputReader().readLine(), path);
        return process;
    }

    private static void go(Process container) throws IOException {
        container.outputWriter().append("\n").flush();
    }

    @ParameterizedTest
    @EnumSource
    void alertsNameTheContainer(Hierarchies hierarchies) throws Exception {
        List<Path> mounts = mounts(hierarchies);
        Path socket = folder.resolve("cri.sock");
        Map<String, String> idsByLayout = new LinkedHashMap<>();
        List<Process> earlier = new ArrayList<>();
        try (FakeCriServer cri = new FakeCriServer(socket)) {
            for (Map.Entry<String, String> layout : LAYOUTS.entrySet()) {
                String id = newId(idsByLayout.size());
                idsByLayout.put(layout.getKey() + ", started before the sensor", id);
                cri.containers.add(id);
                earlier.add(container(mounts, layout.getValue(), id, newId(0xffff)));
            }
            String[] arguments = {"--rules", rules.toString(), "--cri", socket.toString(), "--container-wait", "10000"};
            try (ShippedSensor sensor = hierarchies == Hierarchies.V2_ALONE
                    ? ShippedSensor.startWithCgroupV2Alone(folder, arguments)
                    : ShippedSensor.start(folder, arguments)) {
                for (Process process : earlier) {
                    go(process);
                }
                for (Map.Entry<String, String> layout : LAYOUTS.entrySet()) {
                    String id = newId(idsByLayout.size());
                    idsByLayout.put(layout.getKey() + ", started later", id);
                    cri.containers.add(id);
                    go(container(mounts, layout.getValue(), id, newId(0xffff)));
                }
                sensor.awaitAlerts(RULE, idsByLayout.size());
                Map<String, String> wrong = new LinkedHashMap<>();
                idsByLayout.forEach((layout, id) -> {
                    List<String> messages = messages(sensor, id);
                    if (!messages.equals(List.of("container=" + id + " name=web pod=web-0"))) {
                        wrong.put(layout, messages.toString());
                    }
                });
                assertEquals(Map.of(), wrong);
            }
        }
    }

    /** Returns the messages of the alerts of a container's program, without the program. */
    private static List<String> messages(ShippedSensor sensor, String id) {
        return sensor.alerts(RULE).stream()
                .map(Alert::message)
                .filter(message -> message.contains("/dev/null/" + id))
                .map(message -> message.substring(message.indexOf("container="), message.indexOf(" by cat")))
                .toList();
    }
}
