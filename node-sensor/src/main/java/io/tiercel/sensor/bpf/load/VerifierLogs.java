package io.tiercel.sensor.bpf.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * The verifier's logs of the programs of an object, one buffer for each program. Without statistics, the kernel writes a log only for
 * a program that it rejects, so the other buffers never use memory.
 */
final class VerifierLogs {
    /** Kernels before 6.4 keep the beginning of a log that does not fit, newer ones the end. */
    private static final int SIZE = 1 << 20;

    private static final int LAST_LINES = 30;

    /** BPF_LOG_STATS in include/linux/bpf_verifier.h: a few lines for each program. */
    private static final int STATISTICS = 4;

    private static final Pattern TIME = Pattern.compile("verification time (\\d{1,18}) usec");
    private static final Pattern INSTRUCTIONS = Pattern.compile("processed (\\d{1,18}) insns");

    private final LibBpf bpf;
    private final List<Pointer> programs;
    private final Pointer buffers;

    /**
     * Gives each program a buffer. Keep this object until the programs are loaded.
     *
     * @param statistics whether the kernel writes statistics of accepted programs, instead of the reasons for rejected ones
     */
    VerifierLogs(Runtime runtime, LibBpf bpf, List<Pointer> programs, boolean statistics) {
        this.bpf = bpf;
        this.programs = programs;
        buffers = Memory.allocateDirect(runtime, SIZE * programs.size(), false);
        for (int i = 0; i < programs.size(); i++) {
            Pointer buffer = buffers.slice((long) SIZE * i, SIZE);
            buffer.putByte(0, (byte) 0);
            bpf.bpf_program__set_log_buf(programs.get(i), buffer, SIZE);
            if (statistics) {
                bpf.bpf_program__set_log_level(programs.get(i), STATISTICS);
            }
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

    /** Returns a line for each program with statistics: the instructions that the verifier processed, and its time. */
    List<String> statistics() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < programs.size(); i++) {
            if (buffers.getByte((long) SIZE * i) == 0) {
                continue;
            }
            String log = String.join("\n", lastLines((long) SIZE * i));
            Matcher instructions = INSTRUCTIONS.matcher(log);
            Matcher time = TIME.matcher(log);
            if (instructions.find() && time.find()) {
                lines.add("verified " + bpf.bpf_program__name(programs.get(i)) + ": " + instructions.group(1)
                        + " instructions in " + time.group(1) + " us");
            }
        }
        return lines;
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
