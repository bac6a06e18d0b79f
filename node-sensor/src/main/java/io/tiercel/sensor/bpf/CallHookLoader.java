package io.tiercel.sensor.bpf;

import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Loads the programs that hook functions of syscalls. The verifier takes as long for them as for all others, so they are loaded
 * after the capture has started.
 */
final class CallHookLoader {
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
    CallHookLoader(
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
    CallHooks load() {
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
            return new CallHooks(runtime, bpf, tracing, maps, programs, config);
        } catch (CaptureException e) {
            programs.close();
            throw e;
        }
    }
}
