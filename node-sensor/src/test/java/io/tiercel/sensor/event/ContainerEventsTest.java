package io.tiercel.sensor.event;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_EXECVE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.container.ContainerImage;
import io.tiercel.sensor.container.ContainerInfo;
import io.tiercel.sensor.container.ContainerJson;
import io.tiercel.sensor.container.ContainerMount;
import io.tiercel.sensor.container.ContainerRecord;
import io.tiercel.sensor.fields.FieldGroup;
import io.tiercel.sensor.process.NodeIdentity;
import io.tiercel.sensor.recording.RecordingHeader;
import io.tiercel.sensor.recording.RecordingWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Container metadata and held events, from the records of a recording. */
@Tag("unit")
class ContainerEventsTest {
    private static final String ID = "0123456789abcdef".repeat(4);
    private static final String OTHER = "f".repeat(64);
    private static final String SANDBOX = "5".repeat(64);
    private static final int CGROUP = 77;
    private static final int OTHER_CGROUP = 78;

    private static final ContainerInfo WEB = new ContainerInfo(
            ID,
            "web",
            "containerd",
            ContainerImage.parse("registry:5000/team/web:1.2", "sha256:" + "a".repeat(64), "sha256:" + "d".repeat(64)),
            true,
            true,
            true,
            false,
            "10.1.2.3",
            "{\"eth0\":{}}",
            SANDBOX,
            false,
            new TreeMap<>(Map.of(
                    "io.kubernetes.pod.name", "web-0",
                    "io.kubernetes.pod.namespace", "shop",
                    "io.kubernetes.pod.uid", "u-1")),
            new TreeMap<>(),
            new TreeMap<>(Map.of("app", "zw\u00f6lf", "tier", "front")),
            List.of(
                    new ContainerMount("/", "/host", "", true, "private"),
                    new ContainerMount("/etc/ssl", "/certs", "", false, "rslave")),
            List.of("A=1"),
            1_700_000_000_000_000_000L,
            4242);

    @TempDir
    Path dir;

    private final List<byte[]> records = new ArrayList<>();
    private long clock = 1_000_000_000L;
    private boolean holdEvents = true;

    private void add(byte[] record) {
        records.add(record);
    }

    private void cgroup(int id, String path, int change) {
        add(new RecordBuilder(RECORD_CGROUP)
                .header(HEADER_TIME_NS, ++clock)
                .header(HEADER_CGROUP_ID, (long) id)
                .header(HEADER_RESULT, (long) change)
                .text(path)
                .build());
    }

    private void exec(int pid, int parent, int cgroup, String comm) {
        add(new RecordBuilder(RECORD_EXEC)
                .header(HEADER_TIME_NS, ++clock)
                .header(HEADER_TGID, pid)
                .header(HEADER_TID, pid)
                .header(HEADER_CGROUP_ID, (long) cgroup)
                .syscall(SYS_EXECVE)
                .body(EXEC_PPID, parent)
                .body(EXEC_VPID, pid)
                .body(EXEC_PIDNS_START_NS, 5L)
                .body(EXEC_COMM, comm.getBytes(StandardCharsets.ISO_8859_1), COMM_SIZE)
                .name("/bin/" + comm)
                .name("/")
                .text(comm + "\0")
                .text("")
                .text("/bin/" + comm)
                .build());
    }

    private void exit(int pid, int cgroup) {
        add(new RecordBuilder(RECORD_EXIT)
                .header(HEADER_TIME_NS, ++clock)
                .header(HEADER_TGID, pid)
                .header(HEADER_TID, pid)
                .header(HEADER_CGROUP_ID, (long) cgroup)
                .body(EXIT_LAST, 1)
                .build());
    }

    private void container(ContainerRecord kind, String id) {
        String json = kind == ContainerRecord.INFO_RECEIVED || kind == ContainerRecord.STARTED
                ? ContainerJson.write(WEB)
                : "";
        add(kind.toRecord(id, json, ++clock, kind == ContainerRecord.STARTED ? 10 : 0));
    }

    /** Adds a host process, a container whose metadata is requested, and two programs in the container. */
    private void start() {
        exec(1, 0, 1, "init");
        cgroup(CGROUP, "/kubepods/podu-1/" + ID, CGROUP_CREATED);
        container(ContainerRecord.INFO_REQUESTED, ID);
        exec(10, 1, CGROUP, "sh");
        exec(11, 10, CGROUP, "ls");
    }

    private record ReplayedEvent(EventSnapshot event, String missing) {
        String name() {
            return event.get("proc.name") + (missing.isEmpty() ? "" : "!" + missing);
        }
    }

    private List<ReplayedEvent> replay() {
        Path file = dir.resolve("containers.trec");
        RecordingHeader header =
                new RecordingHeader(new NodeIdentity("node", "boot"), 0, Set.of("execve", "procexit", "container"));
        try (RecordingWriter writer = new RecordingWriter(file, 1L << 30, header)) {
            for (byte[] record : records) {
                writer.write(ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN), 0, record.length);
            }
        }
        List<ReplayedEvent> events = new ArrayList<>();
        try (EventStream stream = EventStreams.replay(file)) {
            stream.waitForContainerMetadata(holdEvents);
            while (!stream.ended()) {
                stream.poll(event -> events.add(new ReplayedEvent(EventSnapshot.of(event), missing(event))), 0);
            }
        }
        return events;
    }

    private static String missing(Event event) {
        String missing = event instanceof ContainerAwareEvent container ? container.missingMetadata() : null;
        return missing == null ? "" : missing;
    }

    private List<String> names() {
        return replay().stream().map(ReplayedEvent::name).toList();
    }

    @Test
    void holdsOnlyEventsOfTheRequestedContainer() {
        start();
        exec(2, 1, 1, "host");
        exit(11, CGROUP);
        exec(10, 1, CGROUP, "cat");
        container(ContainerRecord.INFO_RECEIVED, ID);
        exec(10, 1, CGROUP, "id");
        List<ReplayedEvent> events = replay();
        assertEquals(
                List.of("init", "host", "sh", "ls", "ls", "cat", "id"),
                events.stream().map(ReplayedEvent::name).toList());
        EventSnapshot ls = events.get(3).event();
        assertEquals("web-0", ls.get("k8s.pod.name"));
        assertEquals("sh", ls.get("proc.pname"), "the parent at the time of the event; it runs cat now");
        assertEquals("5", ls.get("evt.rawtime").substring(9), "the time of the event");
        assertEquals("3", ls.get("evt.num"), "the number of the event");
        assertEquals("procexit", events.get(4).event().get("evt.type"));
    }

    @Test
    void runtimeMetadataFillsAllFields() {
        start();
        container(ContainerRecord.INFO_RECEIVED, ID);
        EventSnapshot s = replay().getLast().event();
        assertEquals("0123456789ab", s.get("container.id"));
        assertEquals(ID, s.get("container.full_id"));
        assertEquals("web", s.get("container.name"));
        assertEquals("containerd", s.get("container.type"));
        assertEquals("registry:5000/team/web:1.2", s.get("container.image"));
        assertEquals("registry:5000/team/web", s.get("container.image.repository"));
        assertEquals("1.2", s.get("container.image.tag"));
        assertEquals("a".repeat(64), s.get("container.image.id"));
        assertEquals("sha256:" + "d".repeat(64), s.get("container.image.digest"));
        assertEquals("1", s.get("container.privileged"));
        assertEquals("1", s.get("container.host_pid"));
        assertEquals("1", s.get("container.host_network"));
        assertEquals("0", s.get("container.host_ipc"));
        assertEquals("10.1.2.3", s.get("container.ip"));
        assertEquals("{\"eth0\":{}}", s.get("container.cni.json"));
        assertEquals("/:/host::true:private,/etc/ssl:/certs::false:rslave", s.get("container.mounts"));
        assertEquals("/:/host::true:private", s.get("container.mount[0]"));
        assertEquals("/etc/ssl", s.get("container.mount.source[/certs]"));
        assertEquals("/certs", s.get("container.mount.dest[/etc*]"));
        assertEquals("(absent)", s.get("container.mount.dest[/none]"));
        assertEquals("", s.get("container.mount.mode[1]"));
        assertEquals("false", s.get("container.mount.rdwr[1]"));
        assertEquals("rslave", s.get("container.mount.propagation[1]"));
        assertEquals("u-1", s.get("container.label[io.kubernetes.pod.uid]"));
        assertEquals(
                "io.kubernetes.pod.name:web-0,io.kubernetes.pod.namespace:shop,io.kubernetes.pod.uid:u-1",
                s.get("container.labels"));
        assertEquals("5", s.get("container.start_ts"));
        assertEquals("1000000000", s.get("container.duration"));
        assertEquals("shop", s.get("k8s.ns.name"));
        assertEquals("web-0", s.get("k8s.pod.name"));
        assertEquals("u-1", s.get("k8s.pod.id"));
        assertEquals("u-1", s.get("k8s.pod.uid"));
        assertEquals("555555555555", s.get("k8s.pod.sandbox_id"));
        assertEquals(SANDBOX, s.get("k8s.pod.full_sandbox_id"));
        assertEquals("zw\u00c3\u00b6lf", s.get("k8s.pod.label[app]"), "a byte string");
        assertEquals("app:zw\u00c3\u00b6lf,tier:front", s.get("k8s.pod.labels"));
        assertEquals("10.1.2.3", s.get("k8s.pod.ip"));
        assertEquals("{\"eth0\":{}}", s.get("k8s.pod.cni.json"));
        List<String> tested = s.values().keySet().stream()
                .map(name -> name.replaceAll("\\[.*", ""))
                .toList();
        assertEquals(
                List.of(),
                Arrays.stream(Field.values())
                        .filter(FieldGroup::isFromRuntime)
                        .map(Field::fieldName)
                        .filter(name -> !tested.contains(name))
                        .toList());
    }

    @Test
    void eventsAfterTimeoutAreMarkedLate() {
        start();
        container(ContainerRecord.INFO_TIMED_OUT, ID);
        exec(12, 10, CGROUP, "id");
        container(ContainerRecord.INFO_RECEIVED, ID);
        exec(13, 10, CGROUP, "ps");
        List<ReplayedEvent> events = replay();
        assertEquals(
                List.of("init", "sh!late", "ls!late", "id!late", "ps"),
                events.stream().map(ReplayedEvent::name).toList());
        assertEquals("(absent)", events.get(1).event().get("container.image.repository"));
        assertEquals("web", events.get(4).event().get("container.name"));
    }

    @Test
    void eventsOfUnknownContainersAreNotHeld() {
        start();
        container(ContainerRecord.INFO_NOT_FOUND, ID);
        exec(12, 10, CGROUP, "id");
        assertEquals(List.of("init", "sh!unknown", "ls!unknown", "id!unknown"), names());
    }

    @Test
    void containersAreReleasedIndependently() {
        start();
        cgroup(OTHER_CGROUP, "/docker/" + OTHER, CGROUP_CREATED);
        container(ContainerRecord.INFO_REQUESTED, OTHER);
        exec(20, 1, OTHER_CGROUP, "other");
        container(ContainerRecord.INFO_NOT_FOUND, OTHER);
        container(ContainerRecord.INFO_RECEIVED, ID);
        assertEquals(List.of("init", "other!unknown", "sh", "ls"), names());
    }

    @Test
    void eventsAreNotHeldUnlessRulesNeedMetadata() {
        holdEvents = false;
        start();
        container(ContainerRecord.INFO_RECEIVED, ID);
        assertEquals(List.of("init", "sh", "ls"), names());
    }

    @Test
    void heldEventsAreDeliveredAtTheEnd() {
        start();
        assertEquals(List.of("init", "sh!late", "ls!late"), names());
    }

    @Test
    void releasesTheOldestContainerBeyondTheLimit() {
        start();
        for (int i = 0; i < 5_000; i++) {
            exec(11, 10, CGROUP, "p" + i);
        }
        container(ContainerRecord.INFO_RECEIVED, ID);
        List<ReplayedEvent> events = replay();
        assertEquals(5_003, events.size());
        assertEquals("sh!late", events.get(1).name());
        assertEquals("p4999!late", events.getLast().name());
    }

    @Test
    void containerStartIsAnEventOfTheFirstProgram() {
        start();
        container(ContainerRecord.INFO_RECEIVED, ID);
        container(ContainerRecord.STARTED, ID);
        EventSnapshot s = replay().getLast().event();
        assertEquals("container", s.get("evt.type"));
        assertEquals("container", s.get("evt.asynctype"));
        assertEquals("1", s.get("evt.is_async"));
        assertEquals("process", s.get("evt.category"));
        assertEquals("(absent)", s.get("syscall.type"));
        assertEquals("(absent)", s.get("evt.rawres"));
        assertEquals("sh", s.get("proc.name"));
        assertEquals("web", s.get("container.name"));
        assertTrue(s.get("evt.arg.json").startsWith("{\"container\":{\"id\":\"0123456789ab\""), s.get("evt.arg.json"));
        assertTrue(s.get("evt.arg.json").contains("\"imagerepo\":\"registry:5000/team/web\""));
    }

    @Test
    void recognizesContainersByCgroupV1() {
        exec(1, 0, 1, "init");
        exec(10, 1, 1, "sh");
        add(new RecordBuilder(RECORD_CGROUP)
                .header(HEADER_TIME_NS, ++clock)
                .header(HEADER_CGROUP_ID, 4_000L)
                .header(HEADER_RESULT, (long) CGROUP_ATTACHED)
                .header(HEADER_TGID, 10)
                .text("/docker/" + ID)
                .build());
        exec(10, 1, 1, "ls");
        EventSnapshot s = replay().getLast().event();
        assertEquals("0123456789ab", s.get("container.id"));
        assertFalse(s.is("container.id", "host"));
        assertNull(s.values().get("container.name"));
    }
}
