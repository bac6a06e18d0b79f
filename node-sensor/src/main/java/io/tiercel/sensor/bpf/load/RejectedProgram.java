package io.tiercel.sensor.bpf.load;

import io.tiercel.sensor.bpf.host.KernelError;
import java.util.List;

/**
 * A program that the kernel did not load.
 *
 * @param name the name of the program in {@code bpf/}
 * @param error the kernel's error number, positive
 * @param verifierLog the last lines of the verifier's log; empty if the kernel wrote none
 */
public record RejectedProgram(String name, int error, List<String> verifierLog) {
    public RejectedProgram {
        verifierLog = List.copyOf(verifierLog);
    }

    /** Returns the reason in one line: what the verifier says, otherwise the error. */
    public String reason() {
        return verifierLog.stream()
                .filter(line -> !line.isBlank() && !line.startsWith("processed ") && !isStatistics(line))
                .reduce((_, last) -> last)
                .map(String::strip)
                .orElseGet(() -> KernelError.explain(error));
    }

    /** Lines that follow the reason, and lines of instructions and registers, which say nothing without the program. */
    private static boolean isStatistics(String line) {
        return line.startsWith("verification time") || line.startsWith("stack depth") || line.startsWith("; ");
    }
}
