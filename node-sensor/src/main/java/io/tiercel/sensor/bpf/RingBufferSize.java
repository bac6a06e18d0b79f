package io.tiercel.sensor.bpf;

/**
 * How much memory the ring buffer has: what many processors do at once has to fit until the sensor has read it, while on a small node
 * each megabyte of it is one of the sensor's. A size is a power of two, since the kernel takes no other.
 */
public final class RingBufferSize {
    private static final int MIB = 1 << 20;
    private static final int PER_CPU_MIB = 2;
    private static final int LEAST_MIB = 4;
    private static final int MOST_MIB = 64;

    private RingBufferSize() {}

    /**
     * The size for a machine unless somebody chooses another: 2 MiB a processor, at least 4 MiB, at most 64 MiB.
     *
     * @param cpus at least 1
     * @return bytes
     */
    public static int forCpus(int cpus) {
        int wanted = Math.clamp((long) cpus * PER_CPU_MIB, LEAST_MIB, MOST_MIB);
        int below = Integer.highestOneBit(wanted);
        return (below == wanted ? wanted : 2 * below) * MIB;
    }

    /** The same for this machine. */
    public static int here() {
        return forCpus(Runtime.getRuntime().availableProcessors());
    }

    /**
     * The size that somebody has chosen.
     *
     * @param words a power of two in MiB, or {@code auto}
     * @return bytes
     */
    public static int of(String words) {
        return words.equals("auto") ? here() : Integer.parseInt(words) * MIB;
    }
}
