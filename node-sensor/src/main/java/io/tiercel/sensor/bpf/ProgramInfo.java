package io.tiercel.sensor.bpf;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** What the kernel tells about a loaded program. */
final class ProgramInfo {
    /** Offset of {@code recursion_misses} in {@code struct bpf_prog_info}, include/uapi/linux/bpf.h; since Linux 5.12. */
    private static final int RECURSION_MISSES = 208;

    private static final int SIZE = RECURSION_MISSES + 8;

    private ProgramInfo() {}

    /** Returns how often the kernel did not run a program, because it was running on the CPU already; 0 if that is unknown. */
    static long recursionMisses(LibBpf bpf, int program) {
        Pointer info = Memory.allocateDirect(Runtime.getSystemRuntime(), SIZE, true);
        Pointer length = Memory.allocateDirect(Runtime.getSystemRuntime(), 4, true);
        length.putInt(0, SIZE);
        return bpf.bpf_obj_get_info_by_fd(program, info, length) == 0 ? info.getLong(RECURSION_MISSES) : 0;
    }
}
