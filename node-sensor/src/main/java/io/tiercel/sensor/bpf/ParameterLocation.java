package io.tiercel.sensor.bpf;

import org.jspecify.annotations.Nullable;

/** Where in a RECORD_CALL the value of a parameter is. */
public sealed interface ParameterLocation {
    /** Nowhere: the call does not tell. */
    record Nothing() implements ParameterLocation {}

    /** Worked out from the other values. */
    record Computed() implements ParameterLocation {}

    /** The return value. */
    record Result() implements ParameterLocation {}

    /**
     * An argument.
     *
     * @param table name of the table that its flags or values are named by; null for none
     */
    record Argument(int index, @Nullable String table) implements ParameterLocation {}

    /**
     * A text, or bytes.
     *
     * @param text which of the record's texts
     * @param written whether the call writes it, so that it means nothing after a failure
     */
    record Text(int text, boolean written) implements ParameterLocation {}

    /**
     * A path.
     *
     * @param text which of the record's texts; the name of the same place is what a relative path starts from
     * @param directory argument with the descriptor of the directory that it starts from; -1 for the working directory
     */
    record Path(int text, int directory) implements ParameterLocation {}

    /**
     * A number in the program's memory.
     *
     * @param text which of the record's texts holds the memory
     * @param offset in bytes, for a program of 64 bits
     * @param size in bytes: 2, 4 or 8; 0 for a word, of 8 bytes or, in a program of 32 bits, 4
     * @param written whether the call writes it
     * @param table as for an argument
     */
    record Memory(
            int text,
            int offset,
            int size,
            boolean written,
            @Nullable String table) implements ParameterLocation {}

    /** A time in seconds and nanoseconds in the program's memory, each a word. */
    record Time(int text) implements ParameterLocation {}

    /** Capabilities of the thread after the call. */
    record Capabilities(Set set) implements ParameterLocation {
        /** Which of a thread's sets (capabilities(7)). */
        public enum Set {
            INHERITABLE,
            PERMITTED,
            EFFECTIVE
        }
    }
}
