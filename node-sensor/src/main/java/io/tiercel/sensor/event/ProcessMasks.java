package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import io.tiercel.sensor.bpf.ProcessMask;
import io.tiercel.sensor.bpf.ProcessMaskTable;
import io.tiercel.sensor.process.Lineage;
import io.tiercel.sensor.process.ProcessInfo;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tells the kernel which disjuncts the programs of processes and their ancestors leave (bpf/lineage.h). A process and a system call
 * have a mask after some events that no rule matched, if it would have excluded the last of them.
 *
 * <p>The number of counters is fixed, and each has at most one mask in the kernel. Processes and system calls with the same hash take
 * the counter from each other, and the mask that it had is removed.
 */
final class ProcessMasks {
    /** The number of counters, a power of two. It equals the number of masks that the kernel can have. */
    private static final int COUNTERS = 4096;

    /**
     * The number of events before a mask is computed. A mask takes the time of a few events, and holds only until an ancestor of any
     * process changes.
     */
    private static final int MIN_EVENTS = 8;

    /** The maximum for processes whose masks excluded nothing. */
    private static final int MAX_EVENTS = 8192;

    private static final long HASH_FACTOR = 0x9e3779b97f4a7c15L;

    private final ProcessMaskTable table;
    private final ToLongFunction<Event> remaining;
    private final int generation;
    private final @Nullable Counter[] counters = new Counter[COUNTERS];
    private long masks;

    /** The events of a system call of one program of a process. Another program or process reuses the object. */
    private static final class Counter {
        int pid;
        int syscall;
        long startedNanos;
        int events;
        int wanted;

        @Nullable
        ProcessMask mask;

        boolean isOf(ProcessInfo process, int number) {
            return pid == process.pid() && syscall == number && startedNanos == process.programStartedNanos();
        }

        void begin(ProcessInfo process, int number) {
            pid = process.pid();
            syscall = number;
            startedNanos = process.programStartedNanos();
            events = 0;
            wanted = MIN_EVENTS;
            mask = null;
        }
    }

    /**
     * Creates counters without events.
     *
     * @param remaining returns the disjuncts that the program and the ancestors of an event's process leave
     * @param generation the generation of the tables that the disjuncts belong to
     */
    ProcessMasks(ProcessMaskTable table, ToLongFunction<Event> remaining, int generation) {
        this.table = table;
        this.remaining = remaining;
        this.generation = generation;
    }

    /** Counts an event that no rule matched, directly after the state applied its record. */
    void count(PrefilteredEvent event, ProcessInfo process, int syscall, Lineage lineage) {
        if (event.generation() != generation || event.disjuncts() == 0 || process.programStartedNanos() == 0) {
            return;
        }
        Counter counter = counter(process, syscall);
        if (++counter.events < counter.wanted) {
            return;
        }
        counter.events = 0;
        int changes = lineage.applied() + table.lostLineageChanges();
        ProcessMask mask = counter.mask;
        if (mask == null || mask.lineage() != changes || mask.version() != lineage.version()) {
            long disjuncts = remaining.applyAsLong(event);
            if ((disjuncts & event.disjuncts()) == 0) {
                mask = new ProcessMask(
                        disjuncts, process.programStartedNanos(), generation, changes, lineage.version());
                table.setProcessMask(counter.pid, syscall, mask);
                counter.mask = mask;
                masks++;
                return;
            }
        }
        counter.wanted = Math.min(counter.wanted * 2, MAX_EVENTS);
    }

    /** Returns how often a mask was given to the kernel. */
    long masks() {
        return masks;
    }

    /** Removes all masks from the kernel. */
    void clear() {
        for (int i = 0; i < COUNTERS; i++) {
            Counter counter = counters[i];
            if (counter != null && counter.mask != null) {
                table.removeProcessMask(counter.pid, counter.syscall);
            }
            counters[i] = null;
        }
    }

    private Counter counter(ProcessInfo process, int syscall) {
        long key = (long) process.pid() << Integer.SIZE | syscall;
        int i = (int) (key * HASH_FACTOR >>> Long.SIZE - Integer.numberOfTrailingZeros(COUNTERS));
        Counter counter = counters[i];
        if (counter == null) {
            counter = new Counter();
            counters[i] = counter;
        } else if (counter.isOf(process, syscall)) {
            return counter;
        } else if (counter.mask != null) {
            table.removeProcessMask(counter.pid, counter.syscall);
        }
        counter.begin(process, syscall);
        return counter;
    }
}
