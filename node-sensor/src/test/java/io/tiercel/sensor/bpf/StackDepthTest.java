package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stack of each program, with all functions that it calls, fits the kernel's limit. Linux 5.10 rounds each frame up to 32
 * bytes, and newer kernels less, so a program that loads here can be rejected there.
 */
@Tag("packaged")
class StackDepthTest {
    /** The kernel allows 512 bytes. The rest is for other compilers. */
    private static final int LIMIT = 480;

    /** MAX_CALL_FRAMES in include/linux/bpf_verifier.h. */
    private static final int MAX_FRAMES = 8;

    @TempDir
    private Path folder;

    @Test
    void everyProgramFitsTheStackOfOlderKernels() throws Exception {
        Path object = folder.resolve("tiercel.bpf.o");
        Clang.compile(Map.of(), object);
        List<CallGraph.Chain> chains = new CallGraph(Files.readAllBytes(object)).deepestChains();
        assertFalse(chains.isEmpty());
        for (CallGraph.Chain chain : chains) {
            assertTrue(chain.bytes() <= LIMIT, chain::toString);
            assertTrue(chain.frames() <= MAX_FRAMES, chain::toString);
        }
    }

    @Test
    void addsUpTheFramesOfCalledFunctions() throws Exception {
        Path source = Files.writeString(folder.resolve("deep.c"), """
                #include "vmlinux.h"
                #include <bpf/bpf_helpers.h>
                __noinline int inner(long n) {
                    volatile char text[100] = {};
                    return text[n & 63];
                }
                SEC("tp_btf/sys_exit") int outer(void *context) {
                    volatile char text[40] = {};
                    return inner(text[3]);
                }
                """);
        Path object = folder.resolve("deep.o");
        Clang.compile(Map.of(), object, source);
        List<CallGraph.Chain> chains = new CallGraph(Files.readAllBytes(object)).deepestChains();
        assertEquals(1, chains.size(), chains::toString);
        assertEquals(64 + 128, chains.getFirst().bytes(), chains::toString);
        assertEquals(2, chains.getFirst().frames(), chains::toString);
    }
}
