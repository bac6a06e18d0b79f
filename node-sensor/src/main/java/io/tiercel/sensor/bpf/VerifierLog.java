package io.tiercel.sensor.bpf;

import java.nio.charset.StandardCharsets;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A buffer that the kernel's verifier writes its log to when it rejects a program. */
final class VerifierLog {
    /** Kernels before 6.4 keep the beginning of a log that does not fit, newer ones the end. */
    private static final int SIZE = 1 << 20;

    private static final int LAST_LINES = 30;

    /** Offsets in {@code struct bpf_object_open_opts} of libbpf 1.0. */
    private static final int OPTIONS_KERNEL_LOG_BUFFER = 56;

    private static final int OPTIONS_KERNEL_LOG_SIZE = 64;
    private static final int OPTIONS_SIZE = 80;

    private final Pointer buffer;
    private final Pointer options;

    VerifierLog(Runtime runtime) {
        buffer = Memory.allocateDirect(runtime, SIZE, true);
        options = Memory.allocateDirect(runtime, OPTIONS_SIZE, true);
        options.putLong(0, OPTIONS_SIZE);
        options.putLong(OPTIONS_KERNEL_LOG_BUFFER, buffer.address());
        options.putLong(OPTIONS_KERNEL_LOG_SIZE, SIZE);
    }

    /** Returns the options with which an object is opened so that its programs use this buffer. */
    Pointer options() {
        return options;
    }

    /** Returns the last lines of the log. */
    List<String> lastLines() {
        int length = 0;
        while (length < SIZE && buffer.getByte(length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        buffer.get(0, bytes, 0, length);
        List<String> lines =
                new String(bytes, StandardCharsets.ISO_8859_1).lines().toList();
        return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    }

    void clear() {
        buffer.putByte(0, (byte) 0);
    }
}
