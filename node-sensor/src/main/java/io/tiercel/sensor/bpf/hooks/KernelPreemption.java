package io.tiercel.sensor.bpf.hooks;

import static io.tiercel.sensor.bpf.record.RecordLayout.CAPTURE_CONFIG_PREEMPTION_ADDRESS;
import static io.tiercel.sensor.bpf.record.RecordLayout.CAPTURE_CONFIG_PREEMPTION_MODE;
import static io.tiercel.sensor.bpf.record.RecordLayout.PREEMPTION_UNREAD;

import io.tiercel.sensor.bpf.host.BootPreemption;
import io.tiercel.sensor.bpf.host.KernelSymbols;
import io.tiercel.sensor.bpf.load.LoadedProgram;
import io.tiercel.sensor.bpf.load.TracingLoader;
import jnr.ffi.Pointer;

/** Finds out whether this kernel preempts tasks in the kernel, so that hooks could interrupt each other. */
public final class KernelPreemption {
    public static final String PROGRAM = "on_call_preemption";

    /** In {@code /proc/version}: the kernel chooses when it boots. The mode is then in a variable of the kernel. */
    private static final String DYNAMIC = "PREEMPT_DYNAMIC";

    private static final String PREEMPT = "PREEMPT";

    /** Modes: 1 + {@code preempt_dynamic_mode} in kernel/sched/core.c of none and of voluntary. */
    private static final int NONE = 1;

    private static final int VOLUNTARY = 2;

    private final TracingLoader tracing;
    private final Pointer config;
    private final LoadedProgram program;
    private final BootPreemption boot;
    private boolean closed;

    /**
     * Does nothing yet.
     *
     * @param program the program that reads the kernel's variable
     * @param boot what to use if the variable is hidden
     */
    public KernelPreemption(TracingLoader tracing, Pointer config, LoadedProgram program, BootPreemption boot) {
        this.tracing = tracing;
        this.config = config;
        this.program = program;
        this.boot = boot;
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
        int mode = mode(symbols.address(KernelSymbols.PREEMPTION_MODE));
        return mode == PREEMPTION_UNREAD ? !boot.isOff() : mode != NONE && mode != VOLUNTARY;
    }

    private synchronized int mode(long address) {
        if (closed || address == 0) {
            return PREEMPTION_UNREAD;
        }
        config.putLong(CAPTURE_CONFIG_PREEMPTION_ADDRESS, address);
        int link = tracing.attach(program.descriptor());
        if (link >= 0) {
            tracing.close(link); // a syscall, at whose entry the program runs
        }
        return config.getInt(CAPTURE_CONFIG_PREEMPTION_MODE);
    }

    /** The capture program is not used any more. Does not wait for reads. */
    synchronized void close() {
        closed = true;
    }
}
