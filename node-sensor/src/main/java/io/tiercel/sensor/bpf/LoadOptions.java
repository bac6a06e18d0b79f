package io.tiercel.sensor.bpf;

import org.jspecify.annotations.Nullable;

/**
 * How the capture program is to be loaded.
 *
 * @param ownPid the process whose own syscalls are not events
 * @param prefilter whether the program has a prefilter
 * @param ringSize size of the ring buffer in bytes, a power of two
 * @param bestSource the best source of arguments to use
 * @param firstVariant the fastest variant to use
 * @param preemptible whether tasks can be preempted inside a program, which requires Linux 6.15; null to find out
 */
record LoadOptions(
        int ownPid,
        boolean prefilter,
        int ringSize,
        ArgumentSource bestSource,
        ReadVariant firstVariant,
        @Nullable Boolean preemptible) {}
