package io.tiercel.sensor.procfs;

import io.tiercel.sensor.process.LookupFailures;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The reads that a process or a container can make hang, by kind. Each kind has its own limit of abandoned threads: a dead
 * network file system under some executables must not cost the arguments of all processes.
 *
 * @param memory arguments and environments, which are in the memory of the process
 * @param executables attributes of executables
 * @param containerFiles user databases of containers
 */
record ProcessReads(AbandonableReads memory, AbandonableReads executables, AbandonableReads containerFiles) {
    /** A read takes less than a millisecond, and more on a machine without an idle CPU. Events wait for two seconds. */
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    /** The maximum number of abandoned threads of each kind. A thread costs some 50 KiB of memory. */
    private static final int MAX_ABANDONED = 8;

    static ProcessReads create(LongSupplier clock) {
        return new ProcessReads(
                new AbandonableReads(MAX_ABANDONED, DEADLINE, clock),
                new AbandonableReads(MAX_ABANDONED, DEADLINE, clock),
                new AbandonableReads(MAX_ABANDONED, DEADLINE, clock));
    }

    /** Returns what could not be read. */
    LookupFailures failures(long refused) {
        return new LookupFailures(
                memory.timedOut() + executables.timedOut() + containerFiles.timedOut(),
                memory.skipped() + executables.skipped() + containerFiles.skipped(),
                refused,
                memory.abandoned() + executables.abandoned() + containerFiles.abandoned(),
                Stream.of(containerFiles, memory, executables)
                        .map(AbandonableReads::lastOwner)
                        .filter(owner -> !owner.isEmpty())
                        .findFirst()
                        .orElse(""));
    }

    /** Abandons the threads whose reads hang. Never waits. */
    void abandonHanging() {
        memory.abandonHanging();
        executables.abandonHanging();
        containerFiles.abandonHanging();
    }
}
