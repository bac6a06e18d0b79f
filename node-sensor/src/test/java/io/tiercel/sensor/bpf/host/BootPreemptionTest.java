package io.tiercel.sensor.bpf.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class BootPreemptionTest {
    private static final String RELEASE = "6.12.1";

    @TempDir
    private Path proc;

    private boolean isOff(String commandLine, String setting) throws IOException {
        Files.writeString(proc.resolve("cmdline"), commandLine + "\n");
        Path boot = Files.createDirectories(proc.resolve("1/root/boot"));
        Files.writeString(boot.resolve("config-" + RELEASE), "CONFIG_PREEMPT_BUILD=y\n" + setting + "\n");
        return new BootPreemption(proc, RELEASE).isOff();
    }

    @ParameterizedTest
    @CsvSource({
        "quiet, CONFIG_PREEMPT_VOLUNTARY=y, true",
        "quiet, CONFIG_PREEMPT_NONE=y, true",
        "quiet, CONFIG_PREEMPT=y, false",
        "quiet, # CONFIG_PREEMPT_NONE is not set, false",
        "preempt=none, CONFIG_PREEMPT=y, true",
        "quiet preempt=voluntary, CONFIG_PREEMPT=y, true",
        "preempt=full, CONFIG_PREEMPT_VOLUNTARY=y, false",
        "preempt=none preempt=lazy, CONFIG_PREEMPT_VOLUNTARY=y, false",
        "preempt=unknown, CONFIG_PREEMPT_VOLUNTARY=y, false",
    })
    void theCommandLineIsMoreThanTheConfiguration(String commandLine, String setting, boolean off) throws IOException {
        assertEquals(off, isOff(commandLine, setting));
    }

    @Test
    void readsTheConfigurationInTheKernel() throws IOException {
        assertFalse(isOff("quiet", "CONFIG_PREEMPT=y"));
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(proc.resolve("config.gz")))) {
            out.write("CONFIG_PREEMPT_NONE=y\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertTrue(new BootPreemption(proc, RELEASE).isOff());
    }

    @Test
    void anUnknownModeCountsAsPreemption() {
        assertFalse(new BootPreemption(proc, RELEASE).isOff());
    }
}
