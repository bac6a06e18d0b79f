package io.tiercel.sensor.bpf.hooks;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.host.KernelError;
import io.tiercel.sensor.bpf.load.CaptureMaps;
import io.tiercel.sensor.bpf.load.LibBpf;
import io.tiercel.sensor.bpf.load.LoadedPrograms;
import io.tiercel.sensor.bpf.load.ProgramLoader;
import io.tiercel.sensor.bpf.load.RejectedProgram;
import io.tiercel.sensor.bpf.load.TracingLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Loads the programs that hook functions of syscalls. The verifier takes as long for them as for all others, so they are loaded
 * after the capture has started.
 */
public final class SyscallHookLoader {
    private final Runtime runtime;
    private final LibBpf bpf;
    private final TracingLoader tracing;
    private final CaptureMaps maps;
    private final ProgramLoader loader;
    private final Pointer config;

    /**
     * Loads nothing yet.
     *
     * @param maps the maps of the capture program
     * @param loader loads the programs
     * @param config the configuration of the capture program
     */
    public SyscallHookLoader(
            Runtime runtime,
            LibBpf bpf,
            TracingLoader tracing,
            CaptureMaps maps,
            ProgramLoader loader,
            Pointer config) {
        this.runtime = runtime;
        this.bpf = bpf;
        this.tracing = tracing;
        this.maps = maps;
        this.loader = loader;
        this.config = config;
    }

    /**
     * Loads the programs. The caller closes the hooks.
     *
     * @throws CaptureException if the kernel rejects a program
     */
    SyscallHooks load() {
        ProgramLoader.Result result = loader.load();
        LoadedPrograms programs = result.programs();
        if (programs == null) {
            RejectedProgram rejected = result.rejected();
            throw new CaptureException(
                    rejected == null
                            ? "the kernel rejects hooks (" + KernelError.explain(-result.error()) + ")"
                            : "the kernel rejects the program " + rejected.name() + ": " + rejected.reason());
        }
        try {
            return new SyscallHooks(runtime, bpf, tracing, maps, programs, config);
        } catch (CaptureException e) {
            programs.close();
            throw e;
        }
    }
}
