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
    private final LibC libc;
    private final SharedObjectLoader loader;
    private final Pointer config;

    /**
     * Loads nothing yet.
     *
     * @param loader loads the programs
     * @param config the configuration of the capture program
     */
    CallHookLoader(Runtime runtime, LibBpf bpf, LibC libc, SharedObjectLoader loader, Pointer config) {
        this.runtime = runtime;
        this.bpf = bpf;
        this.libc = libc;
        this.loader = loader;
        this.config = config;
    }

    /**
     * Loads the programs. The caller closes the hooks.
     *
     * @throws CaptureException if the kernel rejects a program
     */
    CallHooks load() {
        SharedObjectLoader.Result result = loader.load();
        BpfObject object = result.object();
        if (object == null) {
            RejectedProgram rejected = result.rejected();
            throw new CaptureException(
                    rejected == null
                            ? "the kernel rejects hooks (" + KernelError.explain(-result.error()) + ")"
                            : "the kernel rejects the program " + rejected.name() + ": " + rejected.reason());
        }
        try {
            return new CallHooks(runtime, bpf, new TracingLoader(runtime, bpf, libc), object, config);
        } catch (CaptureException e) {
            object.close();
            throw e;
        }
    }
}
