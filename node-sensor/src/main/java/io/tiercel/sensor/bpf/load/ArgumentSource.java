package io.tiercel.sensor.bpf.load;

import java.util.Locale;

/** Where the capture program reads paths and addresses that a program passes to a syscall. The best source comes first. */
public enum ArgumentSource {
    /** Names and addresses of hooks in the kernel, which no thread can change (bpf/hooks.h). */
    HOOKS("kernel hooks"),
    /**
     * The kernel's copies of paths, which a tracepoint of the allocator shows (bpf/name_copies.h), and the peer of a socket
     * that connects.
     */
    PATH_COPIES("kernel copies of paths"),
    /**
     * User memory when the syscall begins and when it ends (bpf/entry_copies.h). If they differ, the event is evaluated with
     * both. A text that another thread changes twice during the call is not noticed.
     */
    ENTRY_AND_EXIT("user memory at the entry and the exit"),
    /** User memory when the syscall ends. Another thread can have changed it during the call. */
    EXIT("user memory at the exit");

    private final String description;

    ArgumentSource(String description) {
        this.description = description;
    }

    /** Returns true if the source includes the texts of paths. Kernels before 5.15 cannot find the syscall of a hook on putname. */
    public boolean copiesPaths(KernelTypes types) {
        return this == PATH_COPIES
                || this == HOOKS && types.hasFunction("putname") && types.hasFunction("bpf_task_pt_regs");
    }

    /** Returns a description for people. */
    public String description() {
        return description;
    }

    /** Returns the label in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
