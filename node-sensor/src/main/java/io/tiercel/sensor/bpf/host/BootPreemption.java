package io.tiercel.sensor.bpf.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Which preemption mode the kernel chose when it booted, from its configuration and its command line. This is for kernels that
 * hide the addresses of their variables from the sensor.
 */
public final class BootPreemption {
    private static final String PARAMETER = "preempt=";
    private static final List<String> MODES_WITHOUT = List.of("none", "voluntary");
    private static final List<String> SETTINGS_WITHOUT = List.of("CONFIG_PREEMPT_NONE=y", "CONFIG_PREEMPT_VOLUNTARY=y");

    /** More than any configuration has. */
    private static final int MAX_LINES = 100_000;

    private final Path proc;
    private final String release;

    /**
     * Reads nothing yet.
     *
     * @param proc the mounted {@code /proc} of the host
     * @param release the kernel's release
     */
    public BootPreemption(Path proc, String release) {
        this.proc = proc;
        this.release = release;
    }

    /** Returns true if the kernel booted with a mode that does not preempt tasks in the kernel. Unknown counts as false. */
    public boolean isOff() {
        try {
            String mode = parameter();
            return mode == null ? isOffByDefault() : MODES_WITHOUT.contains(mode);
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the mode on the command line, or null. The last one counts. */
    private @Nullable String parameter() throws IOException {
        String line = Files.readString(proc.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        return List.of(line.strip().split("\\s+")).stream()
                .filter(word -> word.startsWith(PARAMETER))
                .reduce((_, last) -> last)
                .map(word -> word.substring(PARAMETER.length()))
                .orElse(null);
    }

    private boolean isOffByDefault() throws IOException {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(configuration(), StandardCharsets.ISO_8859_1))) {
            return reader.lines().limit(MAX_LINES).anyMatch(SETTINGS_WITHOUT::contains);
        }
    }

    private InputStream configuration() throws IOException {
        Path inKernel = proc.resolve("config.gz");
        return Files.exists(inKernel)
                ? new GZIPInputStream(Files.newInputStream(inKernel))
                : Files.newInputStream(proc.resolve("1/root/boot/config-" + release));
    }
}
