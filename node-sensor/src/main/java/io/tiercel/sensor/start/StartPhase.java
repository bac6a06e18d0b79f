package io.tiercel.sensor.start;

import java.util.Locale;

/** A part of the sensor's start. Some parts run at the same time, so their durations do not add up to that of the start. */
public enum StartPhase {
    /** From the start of the process until the first class of the sensor runs. */
    JVM,
    /** Reads the arguments and the configuration. */
    CONFIGURATION,
    /** Reads and compiles the rules. */
    RULES,
    /** Reads the types of the kernel, and tries out what the kernel allows. */
    KERNEL_TYPES,
    /** Loads the capture program, which the kernel verifies. */
    PROGRAMS_LOAD,
    /** Loads the programs for io_uring, which the kernel verifies. Other events are already captured, and soon evaluated. */
    IO_URING_LOAD,
    /** Maps the ring buffer and attaches the capture program. */
    ATTACH,
    /** Waits for the capture program after the rules are compiled. */
    PROGRAMS_WAIT,
    /** Opens the spool. */
    SPOOL,
    /** Reads processes, users, mounts and cgroups. */
    STATE,
    /** Starts outputs, metrics and the event loop, and then waits for the prefilter and the programs for io_uring. */
    READY;

    /** Returns the name in metrics, such as {@code programs_load}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
