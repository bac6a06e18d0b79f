package io.tiercel.sensor.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory use of this process, from {@code /proc/self/status} (proc(5)). */
final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private ProcessMemory() {}

    /** Returns the resident memory size in bytes, or 0 if it cannot be read. */
    static long residentBytes() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(RESIDENT)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }
}
