package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.RecordLayout.CAPTURE_CONFIG_PREEMPTION_ADDRESS;
import static io.tiercel.sensor.bpf.RecordLayout.CAPTURE_CONFIG_PREEMPTION_MODE;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** Finds out whether this kernel preempts tasks in the kernel, so that hooks could interrupt each other. */
final class KernelPreemption {
    static final String PROGRAM = "on_call_preemption";

    /** In {@code /proc/version}: the kernel chooses when it boots. The mode is then in a variable of the kernel. */
    private static final String DYNAMIC = "PREEMPT_DYNAMIC";

    private static final String PREEMPT = "PREEMPT";

    /** Values of PREEMPTION_MODE: 1 + {@code preempt_dynamic_mode} in kernel/sched/core.c of none and of voluntary. */
    private static final int NONE = 1;

    private static final int VOLUNTARY = 2;

    private final LibBpf bpf;
    private final Pointer config;
    private final Pointer program;

    /**
     * Does nothing yet.
     *
     * @param program the program that reads the kernel's variable
     */
    KernelPreemption(LibBpf bpf, Pointer config, Pointer program) {
        this.bpf = bpf;
        this.config = config;
        this.program = program;
    }

    /**
     * Returns true if the kernel may preempt tasks in the kernel.
     *
     * @param version text of {@code /proc/version}
     */
    boolean isPossible(String version, KernelSymbols symbols) {
        if (!version.contains(DYNAMIC)) {
            return version.contains(PREEMPT);
        }
        config.putLong(CAPTURE_CONFIG_PREEMPTION_ADDRESS, symbols.address(KernelSymbols.PREEMPTION_MODE));
        @Nullable Pointer link = bpf.bpf_program__attach(program);
        if (link == null) {
            return true;
        }
        bpf.bpf_link__destroy(link); // a syscall, at whose entry the program runs
        int mode = config.getInt(CAPTURE_CONFIG_PREEMPTION_MODE);
        return mode != NONE && mode != VOLUNTARY;
    }
}
