package io.tiercel.sensor.bpf.host;

import java.nio.file.Path;

/** Descriptions of errors of the kernel. */
public final class KernelError {
    private KernelError() {}

    /** Returns what an error number means when a program is loaded. */
    public static String explain(int errno) {
        return switch (errno) {
            case 1 -> "EPERM: requires root, or CAP_BPF and CAP_PERFMON";
            case 2, 3 -> "the kernel lacks BTF or a tracepoint";
            case 7 -> "the program is too large for this kernel's verifier";
            case 12 -> "out of memory";
            case 13 -> SeLinux.explainRefusal(Path.of("/"));
            case 22 -> "EINVAL: this kernel lacks a feature that the program uses";
            case 28 -> "ENOSPC: the verifier rejects the program";
            default -> "error " + errno;
        };
    }
}
