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

    /** Reads the current usage. A process that has exited uses nothing. */
    public static ResourceUsage measure(ProcessHandle process) {
        double cpu = 0;
        long rss = 0;
        long pss = 0;
        try (Stream<ProcessHandle> processes = Stream.concat(Stream.of(process), process.descendants())) {
            for (ProcessHandle one : processes.toList()) {
                Path folder = Path.of("/proc", Long.toString(one.pid()));
                cpu += cpuSeconds(text(folder.resolve("stat")));
                String memory = text(folder.resolve("smaps_rollup"));
                rss += bytes(memory, "Rss:");
                pss += bytes(memory, "Pss:");
            }
        }
        return new ResourceUsage(cpu, rss, pss);
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
