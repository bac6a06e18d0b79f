package io.tiercel.sensor.event;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.bpf.ProcessMask;
import io.tiercel.sensor.bpf.ProcessMaskTable;
import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.fields.FdDescription;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.process.ProcessInfo;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ProcessMasksTest {
    private static final int GENERATION = 3;
    private static final int PID = 100;
    private static final int SYSCALL = 257;
    private static final int MIN_EVENTS = 8;
    private static final int MAX_EVENTS = 8192;
    private static final int MAX_MASKS = 4096;

    /** The disjuncts that programs and ancestors leave. */
    private static final long REMAINING = 0b0011;

    /** An event whose disjuncts a mask excludes. */
    private static final PrefilteredEvent EXCLUDED = new CheckedEvent(GENERATION, 0b0100);

    /** An event with a disjunct that a mask leaves. */
    private static final PrefilteredEvent LEFT = new CheckedEvent(GENERATION, 0b0110);

    private record Key(int pid, int syscall) {}

    /** The kernel's masks. A test fails if it sets more masks than the kernel can hold, or removes a mask that is not set. */
    private static final class MaskMap implements ProcessMaskTable {
        final Map<Key, ProcessMask> masks = new HashMap<>();
        int lostChanges;

        @Override
        public void setProcessMask(int pid, int syscall, ProcessMask mask) {
            masks.put(new Key(pid, syscall), mask);
            assertTrue(masks.size() <= MAX_MASKS, "too many masks");
        }

        @Override
        public void removeProcessMask(int pid, int syscall) {
            assertNotNull(masks.remove(new Key(pid, syscall)), "no mask to remove");
        }

        @Override
        public int lostLineageChanges() {
            return lostChanges;
        }
    }

    /** An event without fields. */
    private record CheckedEvent(int generation, long disjuncts) implements PrefilteredEvent {
        @Override
        public int type() {
            throw new AssertionError();
        }

        @Override
        public long timeNanos() {
            throw new AssertionError();
        }

        @Override
        public boolean has(FieldRef field) {
            throw new AssertionError();
        }

        @Override
        public String text(FieldRef field) {
            throw new AssertionError();
        }

        @Override
        public long number(FieldRef field) {
            throw new AssertionError();
        }

        @Override
        public InetAddress address(FieldRef field) {
            throw new AssertionError();
        }

        @Override
        public byte[] bytes(FieldRef field) {
            throw new AssertionError();
        }

        @Override
        public List<?> list(FieldRef field) {
            throw new AssertionError();
        }
    }

    private final RecordView view = new RecordView();
    private MaskMap kernel = new MaskMap();
    private NodeState state = new NodeState(FdDescription::standardFd);
    private ProcessMasks masks = new ProcessMasks(kernel, this::remaining, GENERATION);
    private long time = 1_000;
    private long events;

    /** The numbers of the events for which the remaining disjuncts were computed. */
    private final List<Long> computed = new ArrayList<>();

    @BeforeTry
    void reset() {
        computed.clear();
        kernel = new MaskMap();
        state = new NodeState(FdDescription::standardFd);
        masks = new ProcessMasks(kernel, this::remaining, GENERATION);
    }

    private long remaining(Event event) {
        computed.add(events);
        return REMAINING;
    }

    @Test
    void maskIsGivenAfterEightEvents() {
        ProcessInfo process = execute(PID);
        count(MIN_EVENTS - 1, EXCLUDED, process);
        assertEquals(Map.of(), kernel.masks);
        count(1, EXCLUDED, process);
        assertEquals(Map.of(new Key(PID, SYSCALL), mask(process)), kernel.masks);
        assertEquals(1, masks.masks());
        assertEquals(List.of(8L), computed);
    }

    @Test
    void eachProcessAndSyscallIsCountedSeparately() {
        ProcessInfo process = execute(PID);
        ProcessInfo other = execute(PID + 1);
        for (int i = 0; i < MIN_EVENTS - 1; i++) {
            count(1, EXCLUDED, process);
            count(1, EXCLUDED, other);
            masks.count(EXCLUDED, process, SYSCALL + 1, state.lineage());
        }
        assertEquals(Map.of(), kernel.masks);
        count(1, EXCLUDED, other);
        masks.count(EXCLUDED, process, SYSCALL + 1, state.lineage());
        assertEquals(
                Map.of(new Key(PID + 1, SYSCALL), mask(other), new Key(PID, SYSCALL + 1), mask(process)), kernel.masks);
    }

    @Test
    void maskThatWouldNotExcludeTheEventIsNotGivenAndTheNumberOfEventsDoubles() {
        ProcessInfo process = execute(PID);
        count(5 * MAX_EVENTS, LEFT, process);
        assertEquals(Map.of(), kernel.masks);
        assertEquals(0, masks.masks());
        List<Long> expected = new ArrayList<>();
        long wanted = MIN_EVENTS;
        for (long number = wanted; number <= 5 * MAX_EVENTS; number += wanted) {
            expected.add(number);
            wanted = Math.min(2 * wanted, MAX_EVENTS);
        }
        assertEquals(expected, computed);
        assertEquals(MAX_EVENTS, expected.getLast() - expected.get(expected.size() - 2));
    }

    @Test
    void onlyTheLastOfTheEventsDecides() {
        ProcessInfo process = execute(PID);
        count(MIN_EVENTS - 1, EXCLUDED, process);
        count(1, LEFT, process);
        count(2 * MIN_EVENTS - 1, LEFT, process);
        assertEquals(Map.of(), kernel.masks);
        count(1, EXCLUDED, process);
        assertEquals(Map.of(new Key(PID, SYSCALL), mask(process)), kernel.masks);
    }

    @Test
    void maskThatStillHoldsIsNotComputedAgain() {
        ProcessInfo process = execute(PID);
        count(MIN_EVENTS + 3 * MIN_EVENTS, EXCLUDED, process);
        assertEquals(1, masks.masks());
        assertEquals(List.of(8L), computed);
    }

    @Test
    void changeOfAncestorsLeadsToANewMaskAfterEightMoreEvents() {
        checkNewMaskAfter(() -> apply(record(RECORD_SYSCALL, PID).header(HEADER_MARKS, MARK_LINEAGE_CHANGED)));
    }

    @Test
    void lostChangeOfAncestorsLeadsToANewMaskAfterEightMoreEvents() {
        checkNewMaskAfter(() -> kernel.lostChanges++);
    }

    @Test
    void processFromProcLeadsToANewMaskAfterEightMoreEvents() {
        checkNewMaskAfter(() -> apply(record(RECORD_PROCESS, PID + 1)));
    }

    private void checkNewMaskAfter(Runnable change) {
        ProcessInfo process = execute(PID);
        count(MIN_EVENTS, EXCLUDED, process);
        Map<Key, ProcessMask> old = Map.copyOf(kernel.masks);
        change.run();
        count(MIN_EVENTS - 1, EXCLUDED, process);
        assertEquals(old, kernel.masks);
        count(1, EXCLUDED, process);
        assertEquals(Map.of(new Key(PID, SYSCALL), mask(process)), kernel.masks);
        assertTrue(!old.equals(kernel.masks));
        assertEquals(2, masks.masks());
    }

    @Test
    void anotherProgramOfTheProcessRemovesTheMask() {
        count(MIN_EVENTS + 3, EXCLUDED, execute(PID));
        ProcessInfo process = execute(PID);
        count(1, EXCLUDED, process);
        assertEquals(Map.of(), kernel.masks);
        count(MIN_EVENTS - 2, EXCLUDED, process);
        assertEquals(Map.of(), kernel.masks, "the events of the earlier program do not count");
        count(1, EXCLUDED, process);
        assertEquals(Map.of(new Key(PID, SYSCALL), mask(process)), kernel.masks);
    }

    /** All processes started their programs at the same time, so that only the pid tells them apart. */
    @Test
    void anotherProcessWithTheSameCounterRemovesTheMask() {
        ProcessInfo process = execute(PID);
        count(MIN_EVENTS + 3, EXCLUDED, process);
        ProcessInfo other = process;
        while (!kernel.masks.isEmpty() && other.pid() < 100_000) {
            other = executeAtSameTime(other.pid() + 1);
            count(1, EXCLUDED, other);
        }
        assertEquals(Map.of(), kernel.masks);
        count(MIN_EVENTS - 2, EXCLUDED, other);
        assertEquals(Map.of(), kernel.masks, "the events of the earlier process do not count");
        count(1, EXCLUDED, other);
        assertEquals(Map.of(new Key(other.pid(), SYSCALL), mask(other)), kernel.masks);
        count(1, EXCLUDED, process);
        assertEquals(Map.of(), kernel.masks);
    }

    @Test
    void anotherSyscallWithTheSameCounterRemovesTheMask() {
        ProcessInfo process = execute(PID);
        count(MIN_EVENTS, EXCLUDED, process);
        int other = SYSCALL;
        while (!kernel.masks.isEmpty() && other < 100_000) {
            masks.count(EXCLUDED, process, ++other, state.lineage());
        }
        assertEquals(Map.of(), kernel.masks);
    }

    @Test
    void anotherProgramBeginsWithEightEventsAgain() {
        count(MAX_EVENTS, LEFT, execute(PID));
        ProcessInfo process = execute(PID);
        count(MIN_EVENTS, EXCLUDED, process);
        assertEquals(Map.of(new Key(PID, SYSCALL), mask(process)), kernel.masks);
    }

    @Test
    void clearRemovesAllMasks() {
        for (int pid = PID; pid < PID + 1000; pid++) {
            count(MIN_EVENTS, EXCLUDED, execute(pid));
        }
        assertTrue(kernel.masks.size() > 500);
        ProcessInfo process = execute(PID);
        count(MIN_EVENTS - 1, EXCLUDED, process);
        masks.clear();
        assertEquals(Map.of(), kernel.masks);
        assertEquals(1000, masks.masks());
        count(MIN_EVENTS - 1, EXCLUDED, process);
        assertEquals(Map.of(), kernel.masks, "the events are counted from the beginning");
        count(1, EXCLUDED, process);
        assertEquals(Map.of(new Key(PID, SYSCALL), mask(process)), kernel.masks);
    }

    @Test
    void eventsThatTheseTablesDidNotCheckAreIgnored() {
        checkIgnored(new CheckedEvent(GENERATION - 1, 0b0100), execute(PID));
        checkIgnored(new CheckedEvent(GENERATION_NONE, 0b0100), execute(PID));
    }

    @Test
    void eventsWithoutDisjunctsAreIgnored() {
        checkIgnored(new CheckedEvent(GENERATION, 0), execute(PID));
    }

    @Test
    void eventsOfProcessesWhoseProgramStartIsUnknownAreIgnored() {
        time = -1;
        ProcessInfo process = execute(PID);
        assertEquals(0, process.programStartedNanos());
        checkIgnored(EXCLUDED, process);
    }

    /** Checks that events are not counted, also if others come before. */
    private void checkIgnored(PrefilteredEvent event, ProcessInfo process) {
        count(2 * MAX_EVENTS, event, process);
        assertEquals(Map.of(), kernel.masks);
        assertEquals(List.of(), computed);
        if (process.programStartedNanos() != 0) {
            count(MIN_EVENTS - 1, EXCLUDED, process);
            count(MIN_EVENTS, event, process);
            assertEquals(Map.of(), kernel.masks);
            masks.clear();
        }
    }

    /** {@link MaskMap} checks the number of masks. */
    @Property(tries = 20)
    void kernelHasAtMostOneMaskForEachCounterAndNoneOfAnEarlierProgram(@ForAll long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 12_000; i++) {
            int pid = 1 + random.nextInt(10_000);
            ProcessInfo known = state.process(pid);
            ProcessInfo process = known == null || random.nextInt(10) == 0 ? execute(pid) : known;
            int syscall = random.nextInt(4);
            int repetitions = random.nextInt(4) == 0 ? random.nextInt(40) : MIN_EVENTS;
            for (int n = 0; n < repetitions; n++) {
                masks.count(random.nextInt(20) == 0 ? LEFT : EXCLUDED, process, syscall, state.lineage());
            }
            ProcessMask mask = kernel.masks.get(new Key(pid, syscall));
            assertTrue(
                    repetitions == 0 || mask == null || mask.startedNanos() == process.programStartedNanos(),
                    "the mask is that of an earlier program");
            switch (random.nextInt(5000)) {
                case 0 -> masks.clear();
                case 1, 2, 3 -> kernel.lostChanges++;
                default -> {}
            }
        }
        masks.clear();
        assertEquals(Map.of(), kernel.masks);
    }

    private void count(int number, PrefilteredEvent event, ProcessInfo process) {
        for (int i = 0; i < number; i++) {
            events++;
            masks.count(event, process, SYSCALL, state.lineage());
        }
    }

    /** Returns the mask that the kernel should have by now. */
    private ProcessMask mask(ProcessInfo process) {
        return new ProcessMask(
                REMAINING,
                process.programStartedNanos(),
                GENERATION,
                state.lineage().applied() + kernel.lostChanges,
                state.lineage().version());
    }

    /** Lets a process execute a program. */
    private ProcessInfo execute(int pid) {
        time++;
        return executeAtSameTime(pid);
    }

    private ProcessInfo executeAtSameTime(int pid) {
        apply(record(RECORD_EXEC, pid));
        return Objects.requireNonNull(state.process(pid));
    }

    private RecordBuilder record(int kind, int pid) {
        return new RecordBuilder(kind)
                .header(HEADER_TIME_NS, time)
                .header(HEADER_TGID, pid)
                .header(HEADER_TID, pid);
    }

    private void apply(RecordBuilder record) {
        byte[] bytes = record.build();
        assertTrue(view.wrap(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length));
        state.apply(view);
    }
}
