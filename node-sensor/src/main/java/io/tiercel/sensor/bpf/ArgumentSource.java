package io.tiercel.sensor.bpf;

import java.util.Locale;

/** Where the capture program reads paths and addresses that a program passes to a syscall. The best source comes first. */
public enum ArgumentSource {
    /** The kernel's own copies, so that another thread cannot change them (bpf/call_memory.h). */
    KERNEL_COPY("kernel copies"),
    /** User memory when the syscall ends. Another thread can have changed it during the call. */
    EXIT("user memory at the exit");

    private final String description;

    ArgumentSource(String description) {
        this.description = description;
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
