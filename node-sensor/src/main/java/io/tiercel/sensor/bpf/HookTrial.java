package io.tiercel.sensor.bpf;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Finds out whether this kernel lets programs hook its functions, by attaching an empty program to one. Kernels without
 * trampolines and policies such as a lockdown of tracing refuse it. The trial takes a millisecond, so that a kernel that
 * refuses does not load the whole capture program twice.
 */
final class HookTrial {
    private static final String FUNCTION = "security_path_unlink";
    private static final int PROGRAM_TYPE_TRACING = 26;
    private static final int ATTACH_TYPE_FENTRY = 24;
    private static final long[] RETURN_ZERO = {0xb7, 0x95}; // r0 = 0; exit

    /** Offsets in {@code struct bpf_prog_load_opts} of libbpf 1.0. */
    private static final int OPTIONS_EXPECTED_ATTACH_TYPE = 12;

    private static final int OPTIONS_ATTACH_BTF_ID = 32;
    private static final int OPTIONS_SIZE = 104;

    private HookTrial() {}

    /** Returns true if an empty program can be attached to a function of the kernel. */
    static boolean succeeds(Runtime runtime, LibBpf bpf, LibC libc, KernelTypes types) {
        int function = types.function(FUNCTION);
        if (function <= 0) {
            return false;
        }
        Pointer instructions = Memory.allocateDirect(runtime, 8 * RETURN_ZERO.length, true);
        instructions.put(0, RETURN_ZERO, 0, RETURN_ZERO.length);
        Pointer options = Memory.allocateDirect(runtime, OPTIONS_SIZE, true);
        options.putLong(0, OPTIONS_SIZE);
        options.putInt(OPTIONS_EXPECTED_ATTACH_TYPE, ATTACH_TYPE_FENTRY);
        options.putInt(OPTIONS_ATTACH_BTF_ID, function);
        int program = bpf.bpf_prog_load(
                PROGRAM_TYPE_TRACING, "tiercel_trial", "GPL", instructions, RETURN_ZERO.length, options);
        if (program < 0) {
            return false;
        }
        int link = bpf.bpf_raw_tracepoint_open(null, program);
        if (link >= 0) {
            libc.close(link);
        }
        libc.close(program);
        return link >= 0;
    }
}
