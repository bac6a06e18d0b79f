package io.tiercel.sensor.event;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_EXECVE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.process.LookupRecord;
import io.tiercel.sensor.process.NodeIdentity;
import io.tiercel.sensor.recording.RecordingHeader;
import io.tiercel.sensor.recording.RecordingWriter;
import io.tiercel.sensor.users.UserTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that wait for a lookup of their process, its parent, its cgroup or the users of its container. */
@Tag("unit")
class LookupEventsTest {
    private static final String ID = "0123456789abcdef".repeat(4);
    private static final String IN_CONTAINER = "/kubepods/podu-1/" + ID;
    private static final int CGROUP = 77;

    @TempDir
    Path dir;

    private final List<byte[]> records = new ArrayList<>();
    private long clock = 1_000_000_000L;

    private void program(int kind, int pid, int parent, int cgroup, String comm) {
        records.add(new RecordBuilder(kind)
                .header(HEADER_TIME_NS, ++clock)
                .header(HEADER_TGID, pid)
                .header(HEADER_TID, pid)
                .header(HEADER_UID, 1000)
                .header(HEADER_CGROUP_ID, (long) cgroup)
                .syscall(SYS_EXECVE)
                .body(EXEC_START_NS, pid * 1_000_000_000L)
                .body(EXEC_PPID, parent)
                .body(EXEC_VPID, pid)
                .body(EXEC_COMM, comm.getBytes(StandardCharsets.ISO_8859_1), COMM_SIZE)
                .name("/bin/" + comm)
                .name("/")
                .text(comm + "\0")
                .text("")
                .text(kind == RECORD_PROCESS && cgroup == CGROUP ? IN_CONTAINER : "/")
                .build());
    }

    private void exit(int pid) {
        records.add(new RecordBuilder(RECORD_EXIT)
                .header(HEADER_TIME_NS, ++clock)
                .header(HEADER_TGID, pid)
                .header(HEADER_TID, pid)
                .header(HEADER_UID, 1000)
                .build());
    }

    private void lookup(LookupRecord kind, String key) {
        records.add(kind.toRecord(key, ++clock));
    }

    /** Returns type, process, parent, user and container of each event, as {@code execve cat<sh app 0123456789ab}. */
    private List<String> replay() {
        return replay(s -> s.get("evt.type") + " " + s.get("proc.name") + "<" + s.get("proc.pname") + " "
                + s.get("user.name") + " " + s.get("container.id"));
    }

    private List<String> replay(Function<EventSnapshot, String> text) {
        Path file = dir.resolve("lookups.trec");
        RecordingHeader header = new RecordingHeader(new NodeIdentity("node", "boot"), 0, Set.of("execve", "procexit"));
        try (RecordingWriter writer = new RecordingWriter(file, 1L << 30, header)) {
            for (byte[] record : records) {
                writer.write(ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN), 0, record.length);
            }
        }
        List<String> events = new ArrayList<>();
        try (EventStream stream = EventStreams.replay(file)) {
            while (!stream.ended()) {
                stream.poll(event -> events.add(text.apply(EventSnapshot.of(event))), 0);
            }
        }
        return events;
    }

    @Test
    void anEventOfAnUnknownProcessWaitsForTheProcess() {
        program(RECORD_EXEC, 1, 0, 1, "init");
        lookup(LookupRecord.REQUESTED, LookupRecord.processKey(50));
        exit(50);
        exit(1);
        program(RECORD_PROCESS, 50, 1, 1, "cat");
        lookup(LookupRecord.ENDED, LookupRecord.processKey(50));
        assertEquals(
                List.of(
                        "execve init<(absent) <NA> host",
                        "procexit init<(absent) <NA> host",
                        "procexit cat<init <NA> host"),
                replay());
    }

    @Test
    void anEventIsDeliveredWithoutItsProcessIfTheLookupFindsNothing() {
        lookup(LookupRecord.REQUESTED, LookupRecord.processKey(50));
        exit(50);
        program(RECORD_EXEC, 1, 0, 1, "init");
        lookup(LookupRecord.ENDED, LookupRecord.processKey(50));
        assertEquals("procexit", replay().get(1).substring(0, 8));
    }

    @Test
    void anEventOfAnUnknownProcessHasItsIdsAndUser() {
        exit(50);
        assertEquals(
                List.of("(absent) 50 50 1 1000 (absent)"),
                replay(s -> s.get("proc.name") + " " + s.get("proc.pid") + " " + s.get("thread.tid") + " "
                        + s.get("thread.ismain") + " " + s.get("user.uid") + " " + s.get("proc.ppid")));
    }

    /** An attacker must not hide what he did behind the name of the program that he runs next. */
    @Test
    void anEventDoesNotGetTheNameOfALaterProgram() {
        lookup(LookupRecord.REQUESTED, LookupRecord.processKey(50));
        exit(50);
        program(RECORD_EXEC, 50, 0, 1, "sshd");
        lookup(LookupRecord.ENDED, LookupRecord.processKey(50));
        List<String> events = replay();
        assertEquals("procexit (absent)", events.getFirst().substring(0, 17));
        assertEquals("execve sshd", events.get(1).substring(0, 11));
    }

    @Test
    void anExecWaitsForItsUnknownParent() {
        lookup(LookupRecord.REQUESTED, LookupRecord.processKey(40));
        program(RECORD_EXEC, 41, 40, 1, "cat");
        program(RECORD_PROCESS, 40, 0, 1, "sh");
        lookup(LookupRecord.ENDED, LookupRecord.processKey(40));
        program(RECORD_EXEC, 41, 40, 1, "id");
        assertEquals(List.of("execve cat<sh <NA> host", "execve id<sh <NA> host"), replay());
    }

    @Test
    void anEventWaitsForTheContainerOfItsCgroup() {
        program(RECORD_EXEC, 10, 0, 1, "sh");
        lookup(LookupRecord.REQUESTED, LookupRecord.cgroupKey(CGROUP));
        program(RECORD_EXEC, 10, 0, CGROUP, "cat");
        records.add(new RecordBuilder(RECORD_CGROUP)
                .header(HEADER_CGROUP_ID, (long) CGROUP)
                .text(IN_CONTAINER)
                .build());
        lookup(LookupRecord.ENDED, LookupRecord.cgroupKey(CGROUP));
        assertEquals("execve cat<(absent) <NA> 0123456789ab", replay().get(1));
    }

    @Test
    void anEventWaitsForTheUsersOfItsContainer() {
        program(RECORD_PROCESS, 10, 0, CGROUP, "sh");
        lookup(LookupRecord.REQUESTED, LookupRecord.usersKey(ID));
        program(RECORD_EXEC, 10, 0, CGROUP, "cat");
        program(RECORD_EXEC, 1, 0, 1, "host");
        records.add(new RecordBuilder(RECORD_USERS)
                .header(HEADER_RESULT, (long) UserTable.REPLACE)
                .text(ID)
                .text("app:x:1000:1000::/:/bin/sh\n")
                .text("")
                .build());
        lookup(LookupRecord.ENDED, LookupRecord.usersKey(ID));
        assertEquals(List.of("execve host<(absent) <NA> host", "execve cat<(absent) app 0123456789ab"), replay());
    }
}
