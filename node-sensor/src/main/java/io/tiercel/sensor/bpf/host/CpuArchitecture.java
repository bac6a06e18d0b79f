package io.tiercel.sensor.bpf.host;

import io.tiercel.sensor.bpf.record.SyscallTable;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The processor architectures that the sensor can capture events on. The jar has a capture program for each of them. */
public enum CpuArchitecture {
    X86_64("amd64", "x86-64", "x86_64", "i386"),
    ARM64("aarch64", "arm64", "arm64", "arm");

    private final String javaName;
    private final String label;
    private final String numbers;
    private final String compatNumbers;

    CpuArchitecture(String javaName, String label, String numbers, String compatNumbers) {
        this.javaName = javaName;
        this.label = label;
        this.numbers = numbers;
        this.compatNumbers = compatNumbers;
    }

    /**
     * Returns the architecture of a machine.
     *
     * @param javaName the name that Java has for it, in the system property {@code os.arch}
     * @return empty if the sensor does not support it
     */
    public static Optional<CpuArchitecture> named(String javaName) {
        return Arrays.stream(values())
                .filter(architecture -> architecture.javaName.equals(javaName))
                .findFirst();
    }

    /**
     * Returns the architecture of this machine.
     *
     * @throws CaptureException if the sensor does not support it
     */
    public static CpuArchitecture current() {
        String name = System.getProperty("os.arch", "");
        return named(name)
                .orElseThrow(() -> new CaptureException(
                        "the sensor does not support the architecture " + name + ", only " + supported()));
    }

    /** Returns the names of all architectures, for people. */
    public static String supported() {
        return Arrays.stream(values()).map(architecture -> architecture.label).collect(Collectors.joining(" and "));
    }

    /** Returns the number that a record has for a syscall of a 64-bit program; -1 for an unknown number. */
    int recordNumber(int number) {
        return SyscallTable.recordNumber(numbers, number);
    }

    /** Returns the number that a record has for a syscall of a 32-bit program; -1 for an unknown number. */
    int recordNumberOfCompat(int number) {
        return SyscallTable.recordNumber(compatNumbers, number);
    }

    /** Returns the name of the object file of the capture program. */
    public String objectFile() {
        return "tiercel." + javaName + ".bpf.o";
    }
}
