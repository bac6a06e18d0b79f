package io.tiercel.sensor.bpf;

import io.tiercel.sensor.bpf.hooks.SyscallSource;
import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.host.CpuArchitecture;
import io.tiercel.sensor.bpf.host.PidNamespace;
import io.tiercel.sensor.bpf.load.CaptureSizes;
import io.tiercel.sensor.bpf.load.CompiledObject;
import io.tiercel.sensor.bpf.load.RingBufferSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the preconditions of live capture before it is tried. */
public final class Preconditions {
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;

    private final Path root;
    private final String system;
    private final String architecture;
    private final String kernel;

    /** Checks the machine whose {@code /sys} and {@code /proc} are below {@code root}. */
    Preconditions(Path root, String system, String architecture, String kernel) {
        this.root = root;
        this.system = system;
        this.architecture = architecture;
        this.kernel = kernel;
    }

    /** Checks this machine and returns the results in the order in which a user would fix them. Never throws. */
    public static List<PreconditionResult> check() {
        Preconditions here = new Preconditions(
                Path.of("/"),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                System.getProperty("os.version"));
        return List.of(here.platform(), here.kernelTypes(), library(), here.privileges(), here.lockdown());
    }

    /**
     * Loads and unloads the capture program. Call it only if all other checks passed.
     *
     * @return a passed result with a remedy if the kernel supports a faster variant of the program but rejected it
     */
    public static PreconditionResult checkProgram() {
        String name = "capture program";
        try (CaptureProgram program = new CaptureProgram(0, true, CaptureSizes.withRing(RingBufferSize.forCpus(1)))) {
            program.complete();
            CaptureVariant variant = program.variant();
            String compiler = CompiledObject.compiler();
            String detail = detail(variant, program.hookObstacle()) + "; compiled by " + compiler;
            return new PreconditionResult(name, true, detail, remedy(variant, compiler));
        } catch (CaptureException e) {
            return new PreconditionResult(name, false, e.getMessage(), "TIERCEL_DEBUG=1 shows the verifier's reason");
        }
    }

    private static String detail(CaptureVariant variant, @Nullable String hookObstacle) {
        StringBuilder detail = new StringBuilder("variant " + variant.name() + ", paths and addresses from "
                + variant.arguments().description() + ", syscalls from ");
        detail.append(
                hookObstacle == null
                        ? SyscallSource.FUNCTIONS.description()
                        : SyscallSource.TRACEPOINT.description() + " because " + hookObstacle);
        variant.limitations()
                .forEach(limitation -> detail.append("; limitation: ").append(limitation.description()));
        variant.rejected()
                .forEach(program -> detail.append("; the kernel rejected the program ")
                        .append(program.name())
                        .append(": ")
                        .append(program.reason()));
        return detail.toString();
    }

    private static String remedy(CaptureVariant variant, String compiler) {
        if (!CompiledObject.isTested(compiler)) {
            return "this compiler is not tested with Linux " + System.getProperty("os.version") + "; build with "
                    + CompiledObject.TESTED;
        }
        if (variant.fallback() || !variant.rejected().isEmpty()) {
            return "the kernel rejected a better variant; TIERCEL_DEBUG=1 shows the verifier's reason";
        }
        return variant.ioUring()
                ? ""
                : "use Linux 6.0 or newer, which shows requests of io_uring, or turn io_uring off";
    }

    /**
     * Checks whether the sensor shares the pid namespace of the host. Otherwise it can capture events, but it cannot exempt its own, and it
     * cannot read the processes of the host.
     */
    public static PreconditionResult checkPidNamespace() {
        return checkPidNamespace(Path.of("/"));
    }

    static PreconditionResult checkPidNamespace(Path root) {
        String problem = PidNamespace.problem(root.resolve(PidNamespace.LINK));
        return result(
                "pid namespace",
                problem == null,
                problem == null ? "that of the host" : problem + ", so process ids are not those of the host",
                "set hostPID: true in the pod, or run the container with --pid=host");
    }

    PreconditionResult platform() {
        boolean passed =
                system.equals("Linux") && CpuArchitecture.named(architecture).isPresent();
        return result(
                "platform",
                passed,
                system + " " + architecture,
                "run the sensor on Linux, on one of the architectures " + CpuArchitecture.supported());
    }

    PreconditionResult kernelTypes() {
        boolean passed = Files.isReadable(root.resolve("sys/kernel/btf/vmlinux"));
        return result(
                "kernel",
                passed,
                kernel + (passed ? " with BTF" : " without readable /sys/kernel/btf/vmlinux"),
                "use Linux 5.10 or newer, built with CONFIG_DEBUG_INFO_BTF=y");
    }

    private static PreconditionResult library() {
        String problem = CaptureProgram.libraryProblem();
        return result(
                "libbpf",
                problem == null,
                problem == null ? "libbpf.so.1 found" : problem,
                "install Debian's package libbpf1 (apt-get install libbpf1)");
    }

    PreconditionResult privileges() {
        long capabilities = capabilities();
        boolean passed =
                has(capabilities, CAP_SYS_ADMIN) || has(capabilities, CAP_BPF) && has(capabilities, CAP_PERFMON);
        return result(
                "privileges",
                passed,
                passed
                        ? "this process may load BPF programs"
                        : "this process has neither root nor both CAP_BPF and CAP_PERFMON",
                "run as root, or grant the process CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE");
    }

    PreconditionResult lockdown() {
        String state = text("sys/kernel/security/lockdown");
        boolean passed = !state.contains("[confidentiality]");
        return result(
                "kernel lockdown",
                passed,
                state.isEmpty() ? "not readable, assumed to be off" : state.strip(),
                "boot with lockdown=integrity or lockdown=none, because confidentiality prevents BPF from reading"
                        + " kernel memory");
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

    private static PreconditionResult result(String name, boolean passed, String detail, String remedy) {
        return new PreconditionResult(name, passed, detail, passed ? "" : remedy);
    }
}
