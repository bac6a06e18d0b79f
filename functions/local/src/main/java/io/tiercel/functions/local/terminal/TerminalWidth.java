package io.tiercel.functions.local.terminal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** Asks the kernel for the width of the terminal. The image of the server has no program that could be run for it. */
final class TerminalWidth {
    private static final int STANDARD_OUTPUT = 1;

    /** The request TIOCGWINSZ of Linux, on all processors that Java supports there. */
    private static final long GET_WINDOW_SIZE = 0x5413;

    private static final long SIZE_BYTES = 8;
    private static final long COLUMNS_OFFSET = 2;

    private TerminalWidth() {}

    /** Returns the columns of the terminal at standard output; empty if it is not known. */
    static Optional<Integer> columns() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> function = linker.defaultLookup().find("ioctl");
        if (function.isEmpty()) {
            return Optional.empty();
        }
        MethodHandle ioctl = linker.downcallHandle(
                function.get(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(SIZE_BYTES, SIZE_BYTES);
            int result = (int) ioctl.invokeExact(STANDARD_OUTPUT, GET_WINDOW_SIZE, size);
            int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, COLUMNS_OFFSET));
            return result == 0 && columns > 0 ? Optional.of(columns) : Optional.empty();
        } catch (Throwable e) {
            // invokeExact declares it; ioctl itself throws nothing.
            return Optional.empty();
        }
    }
}
