package io.tiercel.bench.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Resource usage of a process and its descendants, from {@code /proc} (proc_pid_stat(5), proc_pid_smaps(5)).
 *
 * @param cpuSeconds CPU time of all threads in user space and kernel
 * @param rssBytes resident memory
 * @param pssBytes proportional set size: shared memory is divided among its users
 */
public record ResourceUsage(double cpuSeconds, long rssBytes, long pssBytes) {
    /** Unit of times in {@code /proc} (USER_HZ). It is the same on all x86-64 and arm64 kernels. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    /** Reads the current usage of a process and its descendants. A process that has exited uses nothing. */
    public static ResourceUsage measure(ProcessHandle process) {
        try (Stream<ProcessHandle> descendants = process.descendants()) {
            return descendants.map(ResourceUsage::measureAlone).reduce(measureAlone(process), ResourceUsage::plus);
        }
    }

    /** Reads the current usage of a process without its descendants. Does not list the processes of the machine. */
    public static ResourceUsage measureAlone(ProcessHandle process) {
        Path folder = Path.of("/proc", Long.toString(process.pid()));
        String memory = text(folder.resolve("smaps_rollup"));
        return new ResourceUsage(
                cpuSeconds(text(folder.resolve("stat"))), bytes(memory, "Rss:"), bytes(memory, "Pss:"));
    }

    private ResourceUsage plus(ResourceUsage other) {
        return new ResourceUsage(cpuSeconds + other.cpuSeconds, rssBytes + other.rssBytes, pssBytes + other.pssBytes);
    }

    private static double cpuSeconds(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        return fields.length <= SYSTEM_TIME
                ? 0
                : (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
    }

    private static long bytes(String memory, String name) {
        return memory.lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(
                                line.substring(name.length()).replace("kB", "").strip())
                        << 10)
                .sum();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
