package io.tiercel.sensor.bpf;

/** The masks of processes that the prefilter in the kernel uses (bpf/lineage.h). Used on the event thread. */
public interface ProcessMaskTable {
    /**
     * Sets the disjuncts that can still match events of a process and a syscall. Replaces the mask that they have.
     *
     * @param syscall the number in records
     * @param mask the disjuncts, and for what they hold
     */
    void setProcessMask(int pid, int syscall, ProcessMask mask);

    /** Removes the mask of a process and a syscall, if there is one. */
    void removeProcessMask(int pid, int syscall);

    /** Returns how many changes of ancestors the kernel could not deliver. */
    int lostLineageChanges();
}
