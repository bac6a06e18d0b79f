package io.tiercel.sensor.bpf.record;

import org.jspecify.annotations.Nullable;

/** The location of an event parameter in the record of a syscall: a source of {@code bpf/syscalls.tsv}. */
public sealed interface ParameterLocation {
    /** The value is not captured. */
    record None() implements ParameterLocation {}

    /** The value is derived from other parameters. */
    record Computed() implements ParameterLocation {}

    /** The return value. */
    record Result() implements ParameterLocation {}

    /**
     * An argument, or a value of an fd record.
     *
     * @param index index of the argument or value
     * @param table name of the table with the names of its flags or values; null for a plain number
     */
    record Argument(int index, @Nullable String table) implements ParameterLocation {}

    /**
     * A string or a buffer.
     *
     * @param text index of the record's text
     * @param output whether the syscall writes it, so that it is undefined after a failure
     */
    record Text(int text, boolean output) implements ParameterLocation {}

    /**
     * A path.
     *
     * @param text index of the record's text; the name with the same index is the base directory of a relative path
     * @param dirfd index of the argument with the base directory; -1 for the working directory
     */
    record Path(int text, int dirfd) implements ParameterLocation {}

    /**
     * A number in user memory.
     *
     * @param text index of the record's text that holds the memory
     * @param offset offset in bytes, in a 64-bit program
     * @param size size in bytes: 2, 4 or 8; 0 for a word, which has 4 bytes in a 32-bit program and otherwise 8
     * @param output whether the syscall writes it
     * @param table as for an argument
     */
    record Memory(
            int text,
            int offset,
            int size,
            boolean output,
            @Nullable String table) implements ParameterLocation {}

    /** A time in user memory: seconds and nanoseconds, each a word. */
    record Time(int text) implements ParameterLocation {}

    /** Capabilities of the thread after the syscall. */
    record Capabilities(Set set) implements ParameterLocation {
        /** A capability set of a thread (capabilities(7)). */
        public enum Set {
            INHERITABLE,
            PERMITTED,
            EFFECTIVE
        }
    }
}
