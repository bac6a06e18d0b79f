package io.tiercel.sensor.bpf.hooks;

import io.tiercel.sensor.bpf.host.KernelFunctions;
import io.tiercel.sensor.bpf.host.KernelSymbols;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans hooks on the functions of this kernel, which it reads with the first plan. Reads can block. One thread makes
 * plans.
 */
public final class SyscallHookPlanner {
    /** A compiler that can merge functions of several files, so that a syscall need not run the function that BTF shows. */
    private static final String CLANG = "clang";

    static final String NO_FTRACE = "kernel.ftrace_enabled is 0";

    private final Path proc;
    private final @Nullable KernelPreemption preemption;
    private @Nullable KernelFunctions functions;
    private @Nullable KernelSymbols symbols;
    private @Nullable String obstacle;

    /**
     * Reads nothing yet.
     *
     * @param proc the mounted {@code /proc} of the host
     * @param preemption null if the capture program has no hooks
     */
    public SyscallHookPlanner(Path proc, @Nullable KernelPreemption preemption) {
        this.proc = proc;
        this.preemption = preemption;
    }

    Path proc() {
        return proc;
    }

    /** Returns false if the kernel runs no hooks, because the system setting kernel.ftrace_enabled is off. */
    boolean runsHooks() {
        try {
            String setting = Files.readString(proc.resolve("sys/kernel/ftrace_enabled"), StandardCharsets.ISO_8859_1);
            return !setting.strip().equals("0");
        } catch (IOException e) {
            return true; // a kernel without the setting
        }
    }

    /** Plans the hooks for wanted syscalls. */
    SyscallHookPlan plan(Set<Integer> wanted) {
        if (!runsHooks()) {
            return SyscallHookPlan.impossible(NO_FTRACE);
        }
        if (obstacle == null && (functions == null || symbols == null)) {
            obstacle = readKernel();
        }
        return obstacle != null || functions == null || symbols == null
                ? SyscallHookPlan.impossible(obstacle)
                : SyscallHookPlan.of(wanted, functions, symbols);
    }

    /** The capture program is not used any more. Can be called from another thread. */
    void close() {
        if (preemption != null) {
            preemption.close();
        }
    }

    private @Nullable String readKernel() {
        try {
            String version = Files.readString(proc.resolve("version"), StandardCharsets.ISO_8859_1);
            if (version.contains(CLANG)) {
                return "a kernel built by clang can run other functions than it shows";
            }
            KernelSymbols found = KernelSymbols.ofKernel();
            if (preemption == null || preemption.isPossible(version, found)) {
                return "this kernel can preempt tasks in the kernel";
            }
            symbols = found;
            functions = KernelFunctions.ofKernel();
            return null;
        } catch (IOException e) {
            return "the kernel's functions cannot be read: " + e.getMessage();
        }
    }
}
