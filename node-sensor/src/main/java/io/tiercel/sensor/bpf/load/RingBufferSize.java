package io.tiercel.sensor.bpf.load;

/**
 * The size of the ring buffer, a power of two. It holds the records of all CPUs until the sensor reads them. On a small node,
 * its memory is a large part of the sensor's.
 */
public final class RingBufferSize {
    private static final int MIB = 1 << 20;
    private static final int PER_CPU_MIB = 2;
    private static final int MINIMUM_MIB = 4;
    private static final int MAXIMUM_MIB = 64;

    private RingBufferSize() {}

    /**
     * Returns the default size in bytes: 2 MiB per CPU, minimum 4 MiB, maximum 64 MiB.
     *
     * @param cpus at least 1
     */
    public static int forCpus(int cpus) {
        int mib = Math.clamp((long) cpus * PER_CPU_MIB, MINIMUM_MIB, MAXIMUM_MIB);
        int floor = Integer.highestOneBit(mib);
        return (floor == mib ? mib : 2 * floor) * MIB;
    }

    /** Returns the default size in bytes for this machine. */
    public static int forThisMachine() {
        return forCpus(Runtime.getRuntime().availableProcessors());
    }

    /**
     * Parses a configured size and returns bytes.
     *
     * @param text a power of two in MiB, or {@code auto} for the default
     */
    public static int parse(String text) {
        return text.equals("auto") ? forThisMachine() : Integer.parseInt(text) * MIB;
    }
}
