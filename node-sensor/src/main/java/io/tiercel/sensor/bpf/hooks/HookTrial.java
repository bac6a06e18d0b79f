package io.tiercel.sensor.bpf.hooks;

import io.tiercel.sensor.bpf.load.Instructions;
import io.tiercel.sensor.bpf.load.KernelTypes;
import io.tiercel.sensor.bpf.load.TracingLoader;

/**
 * Finds out whether this kernel lets programs hook its functions, by attaching an empty program to one. Kernels without
 * trampolines and policies such as a lockdown of tracing refuse it. The trial takes a millisecond, so that a kernel that
 * refuses does not load the whole capture program twice.
 */
public final class HookTrial {
    private static final String FUNCTION = "security_path_unlink";

    private HookTrial() {}

    /** Returns true if an empty program can be attached to a function of the kernel. */
    public static boolean succeeds(TracingLoader loader, KernelTypes types) {
        int function = types.function(FUNCTION);
        if (function <= 0) {
            return false;
        }
        int program = loader.load(
                TracingLoader.FENTRY, function, new Instructions().returnZero().toArray());
        if (program < 0) {
            return false;
        }
        int link = loader.attach(program);
        if (link >= 0) {
            loader.close(link);
        }
        loader.close(program);
        return link >= 0;
    }
}
