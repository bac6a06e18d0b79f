package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sensor on other kernels, which {@code bpf/kernels/run} boots in QEMU. */
@Tag("kernel")
class KernelsTest {
    private static final int NOTHING_RUN = 77;

    /** For all kernels together, including the download of the first run. */
    private static final long LIMIT_MINUTES = 15;

    @TempDir
    Path folder;

    @Test
    void everyKernelLoadsAllProgramsAndYieldsTheSameAlerts() throws Exception {
        Path output = folder.resolve("output");
        Process run = new ProcessBuilder(Tiercel.ROOT.resolve("bpf/kernels/run").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(run.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES), () -> Tiercel.read(output));
        } finally {
            run.descendants().forEach(ProcessHandle::destroy);
            run.destroy();
        }
        System.out.print(Files.readString(output));
        assumeTrue(run.exitValue() != NOTHING_RUN, () -> Tiercel.read(output));
        assertEquals(0, run.exitValue(), () -> Tiercel.read(output));
    }
}
