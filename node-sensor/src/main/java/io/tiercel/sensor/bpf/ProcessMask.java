package io.tiercel.sensor.bpf;

/**
 * The disjuncts that can still match events of one process and syscall (bpf/lineage.h).
 *
 * @param disjuncts a bit for each disjunct of the event type that can still match
 * @param startedNanos the identity of the program, beside the pid
 * @param generation the generation of the prefilter's tables
 * @param lineage how many changes of ancestors the mask takes into account
 * @param version the version of the programs and ancestors in user space
 */
public record ProcessMask(long disjuncts, long startedNanos, int generation, int lineage, int version) {
    /** Returns what shows a program that it did not read parts of two masks. */
    long check() {
        return disjuncts
                ^ startedNanos
                ^ ((long) generation << Integer.SIZE | Integer.toUnsignedLong(lineage))
                ^ (long) version << Integer.SIZE;
    }
}
