package io.tiercel.sensor.bpf.load;

/**
 * The sizes of the capture program's memory.
 *
 * @param ring size of the ring buffer in bytes, a {@linkplain RingBufferSize power of two}
 * @param callMemories number of calls in progress whose paths and addresses the program remembers, at least 64
 * @param processBudgets number of processes whose recent bytes the program remembers, at least 256
 */
public record CaptureSizes(int ring, int callMemories, int processBudgets) {
    /** The default number of calls. */
    public static final int CALL_MEMORIES = 4096;

    /** The default number of processes. */
    public static final int PROCESS_BUDGETS = 8192;

    private static final int CALLS_PER_LONG_TEXT = 16;
    private static final int PROCESSES_PER_ACCOUNT = 4;

    /** Returns the default sizes for this machine. */
    public static CaptureSizes forThisMachine() {
        return withRing(RingBufferSize.forThisMachine());
    }

    /** Returns the default sizes with another ring buffer. */
    public static CaptureSizes withRing(int ring) {
        return new CaptureSizes(ring, CALL_MEMORIES, PROCESS_BUDGETS);
    }

    /** The number of texts of 256 bytes and more that the program remembers of these calls. */
    public int longTexts() {
        return callMemories / CALLS_PER_LONG_TEXT;
    }

    /** The number of containers and users whose recent bytes the program remembers. */
    public int accountBudgets() {
        return processBudgets / PROCESSES_PER_ACCOUNT;
    }
}
