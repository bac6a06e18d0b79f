package io.tiercel.sensor.bpf;

import io.tiercel.sensor.bpf.hooks.LsmHook;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Optional programs of one purpose. If the kernel rejects one of them, the whole group is left out, because the others are of
 * no use without it.
 *
 * @param name name of the group
 * @param consequence what the sensor lacks without it, a sentence for people
 */
record ProgramGroup(String name, String consequence) {
    /** Captures requests of io_uring. */
    static final ProgramGroup IO_URING = new ProgramGroup("io_uring", "Requests of io_uring are not captured.");

    /** Remembers the kernel's copies of paths, and the peers of sockets that connect. */
    static final ProgramGroup PATH_COPIES =
            new ProgramGroup("path copies", "Another thread can change paths before the sensor reads them.");

    /** Remembers texts at the entry of syscalls, for {@link io.tiercel.sensor.bpf.load.ArgumentSource#ENTRY_AND_EXIT}. */
    static final ProgramGroup ENTRY_COPIES = new ProgramGroup(
            "entry copies", "Another thread can change paths and addresses before the sensor reads them.");

    /** Sees the ends of syscalls by hooks on their functions. */
    static final ProgramGroup CALL_HOOKS = new ProgramGroup("call hooks", "Each syscall of each process is slower.");

    private static final String CALL_HOOK_PREFIX = "on_call_";

    private static final String ENTRY_PROGRAM = "on_arguments_enter";

    /** Sees the kernel's copies of paths, on kernels with hooks. */
    static final String PUTNAME_PROGRAM = "on_putname";

    private static final String IO_URING_PREFIX = "on_io_uring_";

    /** The programs of {@link io.tiercel.sensor.bpf.load.ArgumentSource#PATH_COPIES}. */
    private static final Set<String> PATH_COPY_PROGRAMS = Set.of("on_name_free", "on_socket_state");

    /** Returns the group of a program; null if the sensor requires the program. */
    static @Nullable ProgramGroup of(String program) {
        if (program.startsWith(IO_URING_PREFIX)) {
            return IO_URING;
        }
        if (isCallHook(program)) {
            return CALL_HOOKS;
        }
        if (isPathCopy(program)) {
            return PATH_COPIES;
        }
        if (program.equals(ENTRY_PROGRAM)) {
            return ENTRY_COPIES;
        }
        return LsmHook.of(program) == null
                ? null
                : new ProgramGroup(program, "Another thread can change the arguments that this program would copy.");
    }

    /** Returns true if the program belongs to the hooks on functions of syscalls. */
    static boolean isCallHook(String program) {
        return program.startsWith(CALL_HOOK_PREFIX);
    }

    /** Returns true if the program only remembers texts, so that no event is lost if the kernel does not run it. */
    static boolean onlyRemembers(String program) {
        return isPathCopy(program) || program.equals(ENTRY_PROGRAM);
    }

    /** Returns true if the program remembers the kernel's copies of paths. It also runs for objects that are not paths. */
    static boolean isPathCopy(String program) {
        return PATH_COPY_PROGRAMS.contains(program) || program.equals(PUTNAME_PROGRAM);
    }
}
