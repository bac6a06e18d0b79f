package io.tiercel.sensor.prefilter;

/**
 * The properties of an event type on which the tests of the kernel depend. Types with the same shape give each check the same results.
 *
 * @param texts the texts that the kernel compares with patterns
 * @param modeArgument index of the argument with the mode that the call gives to a file; -1 if there is none
 */
record EventShape(SyscallKind kind, TextArguments texts, int modeArgument) {
    static EventShape of(String type) {
        SyscallKind kind = SyscallKind.of(type);
        return kind == SyscallKind.OTHER
                ? new EventShape(kind, TextArguments.of(type), FileModes.argument(type))
                : new EventShape(kind, TextArguments.NONE, -1);
    }
}
