package io.tiercel.sensor.procfs;

import io.tiercel.sensor.procfs.MachineReader.Sink;
import io.tiercel.sensor.thread.ThreadFailures;
import java.util.BitSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads processes, each after its ancestors and at most once. */
final class ProcessScan {
    private static final int MAX_ANCESTORS = 64;

    private final ProcessReader processes;
    private final CgroupFileSystem cgroups;
    private final LongSupplier bootNanos;
    private final BitSet scanned = new BitSet();

    /** The process that is being read; 0 for none. */
    private int last;

    ProcessScan(ProcessReader processes, CgroupFileSystem cgroups, LongSupplier bootNanos) {
        this.processes = processes;
        this.cgroups = cgroups;
        this.bootNanos = bootNanos;
    }

    /** Forgets the last process if its read hung, so that it is read again. */
    void retryLast() {
        scanned.clear(last);
    }

    /** Reads a process after its ancestors. */
    void read(int pid, Sink sink) throws InterruptedException {
        read(pid, 0, sink);
    }

    private void read(int pid, int depth, Sink sink) throws InterruptedException {
        if (pid <= 0 || depth > MAX_ANCESTORS || scanned.get(pid)) {
            return;
        }
        scanned.set(pid);
        last = pid;
        long time = bootNanos.getAsLong();
        ProcessStat stat = processes.stat(pid);
        int parent = stat.parent();
        if (parent > 0 && !scanned.get(parent)) {
            read(parent, depth + 1, sink);
            last = pid;
            time = bootNanos.getAsLong();
            stat = processes.stat(pid);
        }
        byte[] record = record(pid, stat, time);
        if (record != null) {
            sink.accept(time, record);
        }
        last = 0;
    }

    /** Returns the record of a process; null if it has ended. One process that cannot be read does not end the scan. */
    private byte @Nullable [] record(int pid, ProcessStat stat, long time) throws InterruptedException {
        try {
            return processes.read(pid, stat, time, cgroups);
        } catch (RuntimeException e) {
            ThreadFailures.ofProcess().report("procfs-reader", e);
            return null;
        }
    }
}
