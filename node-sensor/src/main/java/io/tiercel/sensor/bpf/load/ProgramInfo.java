package io.tiercel.sensor.bpf.load;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Asks the kernel about loaded programs and their links. Not thread-safe. */
public final class ProgramInfo {
    /** Offset of {@code recursion_misses} in {@code struct bpf_prog_info}, include/uapi/linux/bpf.h; since Linux 5.12. */
    private static final int RECURSION_MISSES = 208;

    private static final int SIZE = RECURSION_MISSES + 8;

    /** Offset of {@code id} in {@code struct bpf_link_info}, and the size up to its {@code prog_id}; since Linux 5.8. */
    private static final int LINK_ID = 4;

    private static final int LINK_SIZE = 12;

    private final LibBpf bpf;
    private final Pointer info;
    private final Pointer length;

    public ProgramInfo(Runtime runtime, LibBpf bpf) {
        this.bpf = bpf;
        this.info = Memory.allocateDirect(runtime, SIZE, true);
        this.length = Memory.allocateDirect(runtime, 4, true);
    }

    /** Returns how often the kernel did not run a program, because it was running on the CPU already; 0 if that is unknown. */
    public long recursionMisses(int program) {
        return ask(program, SIZE) ? info.getLong(RECURSION_MISSES) : 0;
    }

    /** Returns the kernel's id of a link; 0 if the file descriptor is not a link, or the link is detached. */
    public int linkId(int link) {
        return ask(link, LINK_SIZE) && info.getInt(LINK_ID + 4) != 0 ? info.getInt(LINK_ID) : 0;
    }

    /** The kernel reads the lengths of buffers from the structure and writes others to the same place. Those of the last answer must go. */
    private boolean ask(int descriptor, int size) {
        info.setMemory(0, SIZE, (byte) 0);
        length.putInt(0, size);
        return bpf.bpf_obj_get_info_by_fd(descriptor, info, length) == 0;
    }
}
