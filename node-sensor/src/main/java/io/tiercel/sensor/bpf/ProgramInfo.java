package io.tiercel.sensor.bpf;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Asks the kernel about loaded programs. Not thread-safe. */
final class ProgramInfo {
    /** Offset of {@code recursion_misses} in {@code struct bpf_prog_info}, include/uapi/linux/bpf.h; since Linux 5.12. */
    private static final int RECURSION_MISSES = 208;

    private static final int SIZE = RECURSION_MISSES + 8;

    private final LibBpf bpf;
    private final Pointer info;
    private final Pointer length;

    ProgramInfo(Runtime runtime, LibBpf bpf) {
        this.bpf = bpf;
        this.info = Memory.allocateDirect(runtime, SIZE, true);
        this.length = Memory.allocateDirect(runtime, 4, true);
    }

    /** Returns how often the kernel did not run a program, because it was running on the CPU already; 0 if that is unknown. */
    long recursionMisses(int program) {
        length.putInt(0, SIZE);
        info.putLong(RECURSION_MISSES, 0);
        return bpf.bpf_obj_get_info_by_fd(program, info, length) == 0 ? info.getLong(RECURSION_MISSES) : 0;
    }
}
