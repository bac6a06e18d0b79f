package io.tiercel.sensor.bpf;

import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.CaptureSizes;
import io.tiercel.sensor.bpf.load.ReadVariant;
import org.jspecify.annotations.Nullable;

/**
 * How the capture program is to be loaded.
 *
 * @param ownPid the process whose own syscalls are not events
 * @param prefilter whether the program has a prefilter
 * @param sizes sizes of its memory
 * @param bestSource the best source of arguments to use
 * @param firstVariant the fastest variant to use
 * @param preemptible whether tasks can be preempted inside a program, which requires Linux 6.15; null to find out
 */
public record LoadOptions(
        int ownPid,
        boolean prefilter,
        CaptureSizes sizes,
        ArgumentSource bestSource,
        ReadVariant firstVariant,
        @Nullable Boolean preemptible) {}
