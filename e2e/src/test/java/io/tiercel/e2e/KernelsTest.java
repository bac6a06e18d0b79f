package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sensor on other kernels than this machine's: what {@code bpf/kernels/run} says, which boots them. */
class KernelsTest {
    private static final int NOTHING_TRIED = 77;

    /** Minutes for all kernels together, the first time with their download. */
    private static final long LIMIT = 15;

    @TempDir
    Path folder;

    @Test
    void everyKernelLoadsAllProgramsAndGivesTheSameAlerts() throws Exception {
        Path said = folder.resolve("said");
        Process run = new ProcessBuilder(Tiercel.ROOT.resolve("bpf/kernels/run").toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertTrue(run.waitFor(LIMIT, TimeUnit.MINUTES), () -> Tiercel.read(said));
        } finally {
            run.descendants().forEach(ProcessHandle::destroy);
            run.destroy();
        }
        System.out.print(Files.readString(said));
        assumeTrue(run.exitValue() != NOTHING_TRIED, () -> Tiercel.read(said));
        assertEquals(0, run.exitValue(), () -> Tiercel.read(said));
    }
}
