package io.tiercel.sensor.event;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.fields.FdDescription;
import io.tiercel.sensor.process.LookupRecord;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.procfs.LookupRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class StateLookupsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String ID = "0123456789abcdef".repeat(4);

    private final NodeState state = new NodeState(FdDescription::standardFd);
    private final List<LookupRequest> requests = new ArrayList<>();
    private final List<String> begun = new ArrayList<>();
    private boolean full;
    private final StateLookups lookups = new StateLookups(state, this::read);

    private boolean read(LookupRequest request) {
        if (!full && !(request instanceof LookupRequest.HostRequest)) {
            requests.add(request);
        }
        return !full;
    }

    private static RecordView view(byte[] bytes) {
        RecordView view = new RecordView();
        assertTrue(view.wrap(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length));
        return view;
    }

    private void apply(RecordBuilder record) {
        state.apply(view(record.build()));
    }

    private static RecordBuilder record(int kind, int pid, long cgroup, long time) {
        return new RecordBuilder(kind)
                .header(HEADER_TIME_NS, time)
                .header(HEADER_TGID, pid)
                .header(HEADER_TID, pid)
                .header(HEADER_UID, 1000)
                .header(HEADER_CGROUP_ID, cgroup);
    }

    private void request(RecordBuilder record) {
        lookups.request(view(record.build()), started -> begun.add(view(started).textOrEmpty(0)));
    }

    private void addCgroup(long id, String path) {
        apply(new RecordBuilder(RECORD_CGROUP).header(HEADER_CGROUP_ID, id).text(path));
    }

    @Test
    void anUnknownProcessIsLookedUpOncePerSecond() {
        addCgroup(1, "/");
        request(record(RECORD_OPEN, 50, 1, SECOND));
        request(record(RECORD_OPEN, 50, 1, SECOND + 1));
        assertEquals(List.of(new LookupRequest.ProcessRequest(50)), requests);
        assertEquals(List.of(LookupRecord.processKey(50)), begun);
        assertTrue(lookups.ended(LookupRecord.processKey(50)));
        assertFalse(lookups.isWaiting());
        request(record(RECORD_OPEN, 50, 1, SECOND + 2));
        assertEquals(1, requests.size());
        request(record(RECORD_OPEN, 50, 1, 2 * SECOND));
        assertEquals(2, requests.size());
    }

    @Test
    void anExecNeedsItsParentButNotItself() {
        addCgroup(1, "/");
        request(record(RECORD_EXEC, 51, 1, SECOND).body(EXEC_PPID, 50));
        assertEquals(List.of(new LookupRequest.ProcessRequest(50)), requests);
    }

    @Test
    void anUnknownCgroupIsLookedUpOncePerMinute() {
        apply(record(RECORD_EXEC, 50, 7, 1));
        for (int second = 60; second < 180; second++) {
            request(record(RECORD_OPEN, 50, 7, second * SECOND));
            lookups.ended(LookupRecord.cgroupKey(7));
        }
        assertEquals(2, requests.size());
    }

    @Test
    void refusedLookupsAreReportedAndNothingWaits() {
        full = true;
        request(record(RECORD_OPEN, 50, 1, SECOND));
        assertTrue(lookups.takeSkipped());
        assertFalse(lookups.takeSkipped());
        assertEquals(List.of(), begun);
    }

    /** A storm of new user ids costs the event thread table lookups only. */
    @Test
    void unknownUsersOfAContainerCauseFewRequests() {
        addCgroup(7, "/kubepods/podu-1/" + ID);
        apply(record(RECORD_EXEC, 50, 7, 1));
        for (int uid = 0; uid < 100_000; uid++) {
            request(record(RECORD_OPEN, 50, 7, SECOND + uid).header(HEADER_UID, 5_000 + uid));
            lookups.ended(LookupRecord.usersKey(ID));
        }
        assertEquals(ContainerUserChecks.BURST + 1, requests.size(), 1);
        assertEquals(new LookupRequest.UsersRequest(ID, 50, 50, false), requests.getFirst());
    }

    /** A container may create cgroups with the id of another container inside its own. */
    @Test
    void usersOfANewContainerAreRequestedWithItsCgroup() {
        request(new RecordBuilder(RECORD_CGROUP).header(HEADER_CGROUP_ID, 7L).text("/kubepods/podu-1/" + ID));
        assertEquals(List.of(new LookupRequest.StartingContainerRequest(ID, "/kubepods/podu-1/" + ID)), requests);
        assertFalse(lookups.isWaiting());
        request(new RecordBuilder(RECORD_CGROUP).header(HEADER_CGROUP_ID, 8L).text("/kubepods/podu-1"));
        String other = "f".repeat(64);
        request(new RecordBuilder(RECORD_CGROUP)
                .header(HEADER_CGROUP_ID, 9L)
                .text("/kubepods/podu-1/" + ID + "/" + other));
        request(new RecordBuilder(RECORD_CGROUP)
                .header(HEADER_CGROUP_ID, 7L)
                .header(HEADER_RESULT, (long) CGROUP_REMOVED)
                .text("/kubepods/podu-1/" + ID));
        assertEquals(1, requests.size());
    }

    /** The pending lookup may have read the files before the reason for the second one. */
    @Test
    void aLookupThatIsNeededAgainIsRepeatedBeforeEventsAreReleased() {
        addCgroup(7, "/kubepods/podu-1/" + ID);
        apply(record(RECORD_EXEC, 50, 7, 1));
        request(record(RECORD_OPEN, 50, 7, SECOND));
        request(record(RECORD_OPEN, 50, 7, SECOND + 1));
        request(record(RECORD_EXEC, 50, 7, SECOND + 2));
        assertEquals(1, requests.size());
        assertFalse(lookups.ended(LookupRecord.usersKey(ID)));
        assertEquals(2, requests.size());
        assertTrue(lookups.ended(LookupRecord.usersKey(ID)));
        assertEquals(List.of(LookupRecord.usersKey(ID)), begun);
    }

    @Test
    void waitsEndAfterTwoSeconds() {
        addCgroup(1, "/");
        request(record(RECORD_OPEN, 50, 1, SECOND));
        List<String> ended = new ArrayList<>();
        lookups.expire(System.nanoTime(), () -> 0, r -> ended.add(view(r).textOrEmpty(0)));
        assertEquals(List.of(), ended);
        lookups.expire(System.nanoTime() + 3 * SECOND, () -> 0, r -> ended.add(view(r).textOrEmpty(0)));
        assertEquals(List.of(LookupRecord.processKey(50)), ended);
        assertFalse(lookups.isWaiting());
    }
}
