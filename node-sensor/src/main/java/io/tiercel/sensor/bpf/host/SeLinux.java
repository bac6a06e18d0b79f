package io.tiercel.sensor.bpf.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The SELinux domain of this process, which may forbid BPF although the process has the capabilities. */
public final class SeLinux {
    /** The parts of a label: user, role, type (the domain), and levels, which may contain further colons. */
    private static final int MIN_PARTS = 4;

    private static final int TYPE = 2;

    private SeLinux() {}

    /** Returns what a refused permission means when a program is loaded. */
    public static String explainRefusal(Path root) {
        String domain = domain(root);
        return domain.isEmpty()
                ? "EACCES: the verifier or a security module rejects the program"
                : "EACCES: the verifier rejects the program, or SELinux forbids BPF to the domain " + domain
                        + " of this process; use a domain such as spc_t (value seLinuxOptions of the Helm chart)";
    }

    /** Returns the domain of this process; empty if it has no SELinux label. Other security modules have labels of other forms. */
    private static String domain(Path root) {
        try {
            String[] parts = Files.readString(root.resolve("proc/self/attr/current"))
                    .replace("\0", "")
                    .strip()
                    .split(":");
            return parts.length >= MIN_PARTS && parts[TYPE].matches("[A-Za-z0-9_.-]{1,64}") ? parts[TYPE] : "";
        } catch (IOException e) {
            return "";
        }
    }
}
