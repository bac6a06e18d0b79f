package io.tiercel.sensor.bpf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the kernel says about programs, with a kernel that is as strict as {@code bpf_prog_get_info_by_fd} in kernel/bpf/syscall.c. */
@Tag("unit")
class ProgramInfoTest {
    private static final int MACHINE_CODE_LENGTH = 16;
    private static final int MACHINE_CODE = 24;
    private static final int RECURSION_MISSES = 208;
    private static final int EFAULT = -14;

    private long misses;

    /** The length of the buffer for machine code is an argument, and the length of the code is the result in the same place. */
    private int answer(Pointer info) {
        if (info.getInt(MACHINE_CODE_LENGTH) != 0 && info.getLong(MACHINE_CODE) == 0) {
            return EFAULT;
        }
        info.putInt(MACHINE_CODE_LENGTH, 20);
        info.putLong(RECURSION_MISSES, misses);
        return 0;
    }

    @Test
    void everyLookSeesTheCurrentCount() {
        LibBpf kernel = (LibBpf) Proxy.newProxyInstance(
                LibBpf.class.getClassLoader(),
                new Class<?>[] {LibBpf.class},
                (_, _, arguments) -> answer((Pointer) arguments[1]));
        ProgramInfo info = new ProgramInfo(Runtime.getSystemRuntime(), kernel);
        assertEquals(0, info.recursionMisses(3));
        misses = 7;
        assertEquals(7, info.recursionMisses(3));
        misses = 9;
        assertEquals(9, info.recursionMisses(3));
    }
}
