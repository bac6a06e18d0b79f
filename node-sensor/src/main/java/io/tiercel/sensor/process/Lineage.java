package io.tiercel.sensor.process;

/**
 * Counts the changes of the programs and the ancestors of processes, so that what was found out about a process holds until one of
 * them changes (bpf/lineage.h). Counters wrap around.
 */
public final class Lineage {
    private final KernelStateListener kernel;
    private int applied;
    private int version;

    Lineage(KernelStateListener kernel) {
        this.kernel = kernel;
    }

    /** Counts a record that the kernel marked as such a change. */
    void countApplied() {
        applied++;
    }

    /** Counts a change of processes that the kernel already knows, and tells the kernel. */
    void change() {
        version++;
        kernel.lineageChanged(version);
    }

    /** Returns how many records with the mark have been applied. */
    public int applied() {
        return applied;
    }

    /** Returns the version of all programs and ancestors. */
    public int version() {
        return version;
    }
}
