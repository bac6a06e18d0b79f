package io.tiercel.e2e.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sensor on other kernels, which {@code bpf/kernels/run} boots in QEMU: the oldest one, one with hooks and one for arm64. With the
 * environment variable {@code TIERCEL_KERNELS=all}, all.
 */
@Tag("kernel")
class KernelsTest {
    private static final int NOTHING_RUN = 77;

    /** For all kernels together, including the download of the first run. */
    private static final long LIMIT_MINUTES = 20;

    private static final String ALL = "all";
    private static final long LIMIT_MINUTES_OF_ALL = 120;

    @TempDir
    Path folder;

    @Test
    void everyKernelLoadsAllProgramsAndYieldsTheSameAlerts() throws Exception {
        Path output = folder.resolve("output");
        boolean all = ALL.equals(System.getenv("TIERCEL_KERNELS"));
        String script =
                Path.of(System.getProperty("tiercel.root"), "bpf/kernels/run").toString();
        Process run = new ProcessBuilder(all ? List.of(script, ALL) : List.of(script))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(run.waitFor(all ? LIMIT_MINUTES_OF_ALL : LIMIT_MINUTES, TimeUnit.MINUTES), () -> read(output));
        } finally {
            run.descendants().forEach(ProcessHandle::destroy);
            run.destroy();
        }
        System.out.print(Files.readString(output));
        assumeTrue(run.exitValue() != NOTHING_RUN, () -> read(output));
        assertEquals(0, run.exitValue(), () -> read(output));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
