package io.tiercel.sensor.event;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.process.NodeIdentity;
import io.tiercel.sensor.recording.RecordingHeader;
import io.tiercel.sensor.recording.RecordingReader;
import io.tiercel.sensor.recording.RecordingWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Creates {@code demo.trec}. {@code rules/tests/recordings/make-demo} runs it; it does not run with the tests.
 *
 * <p>The recording keeps only the suspicious shell and its descendants. Its ancestors (an init process and a remote login)
 * are synthetic, so that the recording contains nothing from the machine on which it was created.
 */
@Tag("live")
class DemoRecorder {
    private static final Path FOLDER = Path.of(System.getProperty("tiercel.root"), "rules/tests/recordings");
    private static final NodeIdentity NODE = new NodeIdentity("demo-node", "4e6f2d61-6465-4d6f-8e6f-64652d626f6f");
    private static final int LIMIT = 200 << 10;
    private static final String USERS =
            "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n";
    private static final String GROUPS = "root:x:0:\ndaemon:x:1:\n";

    @TempDir
    private Path dir;

    @Test
    void record() throws IOException {
        LiveEvents.assumeCapture();
        Path raw = dir.resolve("raw.trec");
        Process shell;
        try (EventStream stream = EventStreams.live(LiveOptions.defaults().withRecordTo(raw))) {
            shell = start();
            for (int quiet = 0; quiet < 5; quiet += shell.isAlive() ? 0 : 1) {
                stream.poll(event -> {}, 100);
            }
        }
        List<byte[]> kept = filter(raw, (int) shell.pid());
        RecordingHeader rawHeader;
        try (RecordingReader reader = new RecordingReader(raw)) {
            rawHeader = reader.header();
        }
        RecordingHeader header = new RecordingHeader(NODE, rawHeader.bootToEpochNanos(), rawHeader.eventTypes());
        try (RecordingWriter writer = new RecordingWriter(FOLDER.resolve("demo.trec"), LIMIT, header)) {
            for (byte[] record : kept) {
                writer.write(ByteBuffer.wrap(record), 0, record.length);
            }
        }
    }

    private static Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-s")
                .directory(Path.of("/root").toFile())
                .redirectInput(FOLDER.resolve("demo-behaviour").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "HOME", "/root", "LANG", "C"));
        return builder.start();
    }

    private static List<byte[]> filter(Path raw, int shell) {
        Set<Integer> pids = new HashSet<>();
        Set<Long> cgroups = new HashSet<>();
        Set<Long> createdCgroups = new HashSet<>();
        List<byte[]> records = new ArrayList<>();
        RecordView view = new RecordView();
        int parent = 0;
        try (RecordingReader reader = new RecordingReader(raw)) {
            while (reader.next() && view.wrap(reader.content(), 0, reader.length())) {
                boolean first = pids.isEmpty()
                        && view.kind() == RECORD_EXEC
                        && view.tgid() == shell
                        && view.fixedText(EXEC_COMM, COMM_SIZE).equals("bash");
                if (first) {
                    parent = view.intAt(EXEC_PPID);
                    pids.add(shell);
                }
                if (!pids.contains(view.tgid())) {
                    continue;
                }
                if (view.kind() == RECORD_FORK) {
                    pids.add(view.intAt(FORK_CHILD));
                }
                if (view.kind() == RECORD_CGROUP) {
                    createdCgroups.add(view.cgroupId());
                }
                cgroups.add(view.cgroupId());
                if (!opensLibrary(view)) {
                    records.add(view.copy());
                }
            }
        }
        List<byte[]> all = new ArrayList<>();
        all.add(new RecordBuilder(RECORD_USERS)
                .header(HEADER_RESULT, 1L)
                .text("")
                .text(USERS)
                .text(GROUPS)
                .build());
        cgroups.removeAll(createdCgroups);
        for (long id : cgroups) {
            all.add(new RecordBuilder(RECORD_CGROUP)
                    .header(HEADER_CGROUP_ID, id)
                    .text("/user.slice/user-0.slice")
                    .build());
        }
        all.add(process(1, 0, "systemd", "/usr/lib/systemd/systemd"));
        all.add(process(parent, 1, "sshd", "/usr/sbin/sshd"));
        all.addAll(records);
        return all;
    }

    /** Returns true if the event opens a library or locale file, which every program does. */
    private static boolean opensLibrary(RecordView view) {
        String name = view.kind() == RECORD_OPEN ? view.name(0) + view.textOrEmpty(0) : "";
        return name.contains("/lib/")
                || name.contains("/ld.so")
                || name.contains("/locale")
                || name.contains("/lib64/");
    }

    private static byte[] process(int pid, int parent, String name, String path) {
        return new RecordBuilder(RECORD_PROCESS)
                .header(HEADER_TGID, pid)
                .header(HEADER_TID, pid)
                .body(EXEC_START_NS, 1_000_000_000L)
                .body(EXEC_PIDNS_START_NS, 1_000_000_000L)
                .header(HEADER_CAP_PERMITTED, (1L << 41) - 1)
                .header(HEADER_CAP_EFFECTIVE, (1L << 41) - 1)
                .body(EXEC_PPID, parent)
                .body(EXEC_VPID, pid)
                .body(EXEC_SID, pid)
                .body(EXEC_VPGID, pid)
                .body(EXEC_PGID, pid)
                .body(EXEC_LOGINUID, -1)
                .body(EXEC_COMM, name.getBytes(StandardCharsets.ISO_8859_1), COMM_SIZE)
                .name(path)
                .name("/")
                .text(path + "\0")
                .text("PATH=/usr/bin\0")
                .text("/")
                .build();
    }
}
