package io.tiercel.sensor.bpf.hooks;

import java.util.Locale;

/** Where the capture program sees that a syscall has ended. */
public enum SyscallSource {
    /** Hooks on the functions of the syscalls that are captured. Other syscalls cost nothing. */
    FUNCTIONS("hooks on the functions of syscalls"),
    /** The tracepoint {@code sys_exit}, which runs at the end of every syscall. */
    TRACEPOINT("the tracepoint sys_exit");

    private final String description;

    SyscallSource(String description) {
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
