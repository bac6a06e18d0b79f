package io.tiercel.sensor.bpf;

/**
 * The sizes of the capture program's memory.
 *
 * @param ring size of the ring buffer in bytes, a {@linkplain RingBufferSize power of two}
 * @param callMemories number of calls in progress whose paths and addresses the program remembers, at least 64
 */
public record CaptureSizes(int ring, int callMemories) {
    /** The default number of calls. */
    public static final int CALL_MEMORIES = 4096;

    private static final int CALLS_PER_LONG_TEXT = 16;

    /** Returns the default sizes for this machine. */
    public static CaptureSizes forThisMachine() {
        return withRing(RingBufferSize.forThisMachine());
    }

    /** Returns the default sizes with another ring buffer. */
    public static CaptureSizes withRing(int ring) {
        return new CaptureSizes(ring, CALL_MEMORIES);
    }

    /** The number of texts of 256 bytes and more that the program remembers of these calls. */
    int longTexts() {
        return callMemories / CALLS_PER_LONG_TEXT;
    }
}
