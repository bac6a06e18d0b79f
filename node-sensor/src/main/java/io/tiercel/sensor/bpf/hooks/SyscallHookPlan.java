package io.tiercel.sensor.bpf.hooks;

import io.tiercel.sensor.bpf.host.KernelFunctions;
import io.tiercel.sensor.bpf.host.KernelFunctions.KernelFunction;
import io.tiercel.sensor.bpf.host.KernelSymbols;
import io.tiercel.sensor.bpf.record.SyscallTable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which functions of the kernel to hook, so that each way into each wanted syscall is seen (bpf/syscall_hooks.h).
 *
 * @param functions by name, the functions to hook with a stub; empty if there is an obstacle
 * @param obstacle why the tracepoint is needed, a clause for people; null if hooks suffice
 */
record SyscallHookPlan(
        Map<String, Target> functions, @Nullable String obstacle) {
    /** Limits the memory and the time to attach. The shipped rules need about 80. */
    static final int MAX_FUNCTIONS = 256;

    /** The functions whose types the programs on_call_named and on_call_unnamed have. */
    private static final String NAMED = "__x64_sys_openat";

    private static final String UNNAMED = "__do_sys_setsid";

    /** Calls the function of a 64-bit syscall; since Linux 6.9 and in updates of 5.15 and newer. Older kernels have tables. */
    private static final String DISPATCHER = "x64_sys_call";

    private static final String X32_DISPATCHER = "x32_sys_call";
    private static final String PREFIX = "__x64_sys_";

    /** A syscall without arguments has one function for all programs, and {@link #PREFIX} names are aliases of it. */
    private static final String PREFIX_WITHOUT_ARGUMENTS = "__do_sys_";

    /** Functions whose names differ from those of the syscalls (arch/x86/entry/syscalls/syscall_64.tbl). */
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "stat", "newstat",
            "fstat", "newfstat",
            "lstat", "newlstat",
            "sendfile", "sendfile64",
            "uname", "newuname",
            "umount2", "umount");

    /** These return twice, and the child does not return from the function. */
    private static final Set<String> RETURN_IN_CHILD = Set.of("clone", "clone3", "fork", "vfork");

    /** These do not return, or return as no syscall. The tracepoint does not show them either. */
    private static final Set<String> NEVER_RETURN = Set.of("exit", "exit_group", "rt_sigreturn");

    /** Has a program at the entry of every syscall, so that hooks at the exit would save nothing. */
    private static final String CLOSE = "close";

    /**
     * A function to hook.
     *
     * @param id its BTF type id
     * @param named whether BTF names its argument
     * @param number the syscall
     */
    record Target(int id, boolean named, int number) {}

    SyscallHookPlan {
        functions = Map.copyOf(functions);
    }

    static SyscallHookPlan impossible(@Nullable String obstacle) {
        return new SyscallHookPlan(Map.of(), obstacle);
    }

    /**
     * Plans the hooks for wanted syscalls.
     *
     * @param wanted numbers of syscalls, as in records
     */
    static SyscallHookPlan of(Set<Integer> wanted, KernelFunctions kernel, KernelSymbols symbols) {
        if (!kernel.has(DISPATCHER)) {
            return impossible("this kernel calls syscalls through tables");
        }
        if (kernel.has(X32_DISPATCHER)) {
            return impossible("this kernel has x32 syscalls");
        }
        Map<String, Target> functions = new TreeMap<>();
        for (int number : new TreeSet<>(wanted)) {
            String name = SyscallTable.name(number);
            if (RETURN_IN_CHILD.contains(name) || name.equals(CLOSE)) {
                return impossible("rules need the syscall " + name);
            }
            if (SyscallTable.isI386Only(number) || NEVER_RETURN.contains(name)) {
                continue;
            }
            String suffix = OTHER_NAMES.getOrDefault(name, name);
            String function = kernel.has(PREFIX + suffix) ? PREFIX + suffix : PREFIX_WITHOUT_ARGUMENTS + suffix;
            Target target = target(function, number, kernel);
            if (target != null) {
                functions.put(function, target);
            } else if (symbols.has(PREFIX + suffix)) { // otherwise the kernel does not have it
                return impossible("this kernel does not show the function of the syscall " + name);
            }
        }
        return functions.size() > MAX_FUNCTIONS
                ? impossible("rules need more than " + MAX_FUNCTIONS + " syscalls")
                : new SyscallHookPlan(functions, null);
    }

    private static @Nullable Target target(String function, int number, KernelFunctions kernel) {
        for (boolean named : List.of(true, false)) {
            for (KernelFunction type : kernel.named(named ? NAMED : UNNAMED)) {
                for (KernelFunction candidate : kernel.named(function)) {
                    if (candidate.prototype() == type.prototype()) {
                        return new Target(candidate.id(), named, number);
                    }
                }
            }
        }
        return null;
    }
}
