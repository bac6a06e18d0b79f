package io.tiercel.sensor.bpf;

import java.nio.charset.StandardCharsets;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * The verifier's logs of the programs of an object, one buffer for each program. The kernel writes a log only for a program
 * that it rejects, so the other buffers never use memory.
 */
final class VerifierLogs {
    /** Kernels before 6.4 keep the beginning of a log that does not fit, newer ones the end. */
    private static final int SIZE = 1 << 20;

    private static final int LAST_LINES = 30;

    private final LibBpf bpf;
    private final List<Pointer> programs;
    private final Pointer buffers;

    /** Gives each program a buffer. Keep this object until the programs are loaded. */
    VerifierLogs(Runtime runtime, LibBpf bpf, List<Pointer> programs) {
        this.bpf = bpf;
        this.programs = programs;
        buffers = Memory.allocateDirect(runtime, SIZE * programs.size(), false);
        for (int i = 0; i < programs.size(); i++) {
            Pointer buffer = buffers.slice((long) SIZE * i, SIZE);
            buffer.putByte(0, (byte) 0);
            bpf.bpf_program__set_log_buf(programs.get(i), buffer, SIZE);
        }
    }

    /**
     * Returns the program that the kernel rejected; null if the load failed for another reason.
     *
     * @param error the result of the load, negative
     */
    @Nullable
    RejectedProgram rejected(int error) {
        for (int i = 0; i < programs.size(); i++) {
            if (buffers.getByte((long) SIZE * i) != 0) {
                return new RejectedProgram(bpf.bpf_program__name(programs.get(i)), -error, lastLines((long) SIZE * i));
            }
        }
        return null;
    }

    private List<String> lastLines(long at) {
        int length = 0;
        while (length < SIZE && buffers.getByte(at + length) != 0) {
            length++;
        }
        int start = Math.max(0, length - LAST_LINES * 1_000); // a line of the verifier rarely has more characters
        byte[] bytes = new byte[length - start];
        buffers.get(at + start, bytes, 0, bytes.length);
        List<String> lines =
                new String(bytes, StandardCharsets.ISO_8859_1).lines().toList();
        return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    }
}
