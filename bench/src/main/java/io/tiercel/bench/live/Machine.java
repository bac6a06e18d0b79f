package io.tiercel.bench.live;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The machine on which the benchmark runs.
 *
 * @param processor name of the CPU model
 * @param cpus number of available CPUs
 * @param kernel kernel release
 * @param load load average of one minute before the start
 */
public record Machine(String processor, int cpus, String kernel, double load) {
    /** Reads the facts from the kernel. */
    public static Machine detect() throws IOException {
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

    /** Writes the facts as fields of the current JSON object. */
    void write(JsonGenerator json) throws IOException {
        json.writeStringField("processor", processor);
        json.writeNumberField("cpus", cpus);
        json.writeStringField("kernel", kernel);
        json.writeNumberField("load_before", load);
    }
}
