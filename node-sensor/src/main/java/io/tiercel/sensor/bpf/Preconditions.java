package io.tiercel.sensor.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Looks at what live capture needs, before it is tried. */
public final class Preconditions {
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;

    private final Path root;
    private final String system;
    private final String architecture;
    private final String kernel;

    /** Looks at the machine whose {@code /sys} and {@code /proc} lie under {@code root}. */
    Preconditions(Path root, String system, String architecture, String kernel) {
        this.root = root;
        this.system = system;
        this.architecture = architecture;
        this.kernel = kernel;
    }

    /** All checks of this machine in the order in which a user would fix them; never fails itself. */
    public static List<PreconditionResult> check() {
        Preconditions here = new Preconditions(
                Path.of("/"),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                System.getProperty("os.version"));
        return List.of(here.platform(), here.kernelTypes(), library(), here.privileges(), here.lockdown());
    }

    PreconditionResult platform() {
        boolean fits = system.equals("Linux") && architecture.equals("amd64");
        return verdict("platform", fits, system + " " + architecture, "run the sensor on Linux on an x86-64 machine");
    }

    PreconditionResult kernelTypes() {
        boolean fits = Files.isReadable(root.resolve("sys/kernel/btf/vmlinux"));
        return verdict(
                "kernel",
                fits,
                kernel + (fits ? " with BTF" : " without readable /sys/kernel/btf/vmlinux"),
                "use a kernel of 5.10 or newer that was built with CONFIG_DEBUG_INFO_BTF=y");
    }

    private static PreconditionResult library() {
        String problem = CaptureProgram.libraryProblem();
        return verdict(
                "libbpf",
                problem == null,
                problem == null ? "libbpf.so.1 found" : problem,
                "install Debian's package libbpf1 (apt-get install libbpf1)");
    }

    PreconditionResult privileges() {
        long capabilities = capabilities();
        boolean fits = has(capabilities, CAP_SYS_ADMIN) || has(capabilities, CAP_BPF) && has(capabilities, CAP_PERFMON);
        return verdict(
                "privileges",
                fits,
                fits
                        ? "this process may load BPF programs"
                        : "this process has neither CAP_BPF and CAP_PERFMON nor root",
                "run as root, or give the process CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE");
    }

    PreconditionResult lockdown() {
        String state = text("sys/kernel/security/lockdown");
        boolean fits = !state.contains("[confidentiality]");
        return verdict(
                "kernel lockdown",
                fits,
                state.isEmpty() ? "not readable, taken as off" : state.strip(),
                "boot with lockdown=integrity or lockdown=none: confidentiality forbids BPF to read kernel memory");
    }

    private long capabilities() {
        for (String line : text("proc/self/status").split("\n")) {
            if (line.startsWith("CapEff:")) {
                try {
                    return Long.parseUnsignedLong(line.substring(7).strip(), 16);
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 0;
    }

    private String text(String file) {
        try {
            return Files.readString(root.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }

    private static boolean has(long capabilities, int bit) {
        return (capabilities >>> bit & 1) != 0;
    }

    private static PreconditionResult verdict(String name, boolean passed, String detail, String remedy) {
        return new PreconditionResult(name, passed, detail, passed ? "" : remedy);
    }
}
