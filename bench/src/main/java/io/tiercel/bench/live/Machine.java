package io.tiercel.bench.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where something was measured.
 *
 * @param processor the processor's name
 * @param cpus how many this process may use
 * @param kernel its release
 * @param load the load average of a minute before anything was started
 */
record Machine(String processor, int cpus, String kernel, double load) {
    static Machine here() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            String processor = lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown processor");
            String load = Files.readString(Path.of("/proc/loadavg"));
            return new Machine(
                    processor,
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("os.version"),
                    Double.parseDouble(load.substring(0, load.indexOf(' '))));
        }
    }
}
