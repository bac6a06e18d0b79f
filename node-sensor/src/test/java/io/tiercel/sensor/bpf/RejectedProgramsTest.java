package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.CaptureSizes;
import io.tiercel.sensor.bpf.load.ReadVariant;
import io.tiercel.sensor.bpf.load.RejectedProgram;
import io.tiercel.sensor.bpf.load.RingBufferSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel rejects a program, and the sensor does without it and its group, or does not start if it needs the program. */
@Tag("live")
class RejectedProgramsTest {
    private static final Path SOURCE = Path.of(System.getProperty("tiercel.root"), "bpf/tiercel.bpf.c");
    private static final int RING_SIZE = RingBufferSize.forCpus(1);

    /** Reads above the stack, which no verifier accepts. */
    private static final String INVALID = "asm volatile(\"r1 = *(u64 *)(r10 + 8)\" ::: \"r1\");";

    @TempDir
    private Path folder;

    /** Loads a program in which each of the given statements is preceded by an invalid one. */
    private CaptureProgram load(String... statements) throws Exception {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail());
        }
        String source = Files.readString(SOURCE);
        for (String statement : statements) {
            assertTrue(source.contains(statement), statement);
            source = source.replace(statement, INVALID + statement);
        }
        Path object = folder.resolve("rejected.o");
        Clang.compile(Map.of(), object, Files.writeString(folder.resolve("rejected.c"), source));
        CaptureProgram program = new CaptureProgram(
                Files.readAllBytes(object),
                new LoadOptions(
                        0,
                        true,
                        CaptureSizes.withRing(RING_SIZE),
                        ArgumentSource.PATH_COPIES,
                        ReadVariant.TYPED,
                        false));
        program.complete();
        return program;
    }

    private static List<String> names(CaptureVariant variant) {
        return variant.rejected().stream().map(RejectedProgram::name).toList();
    }

    @Test
    void leavesOutIoUringOnly() throws Exception {
        try (CaptureProgram program = load("handle_io_uring_complete(ctx, req);")) {
            CaptureVariant variant = program.variant();
            assertEquals(List.of("on_io_uring_complete"), names(variant));
            assertTrue(variant.rejected().getFirst().reason().contains("invalid"), variant::toString);
            assertFalse(variant.ioUring());
            assertFalse(variant.fallback());
            assertEquals("typed", variant.name());
            assertEquals(ArgumentSource.PATH_COPIES, variant.arguments());
        }
    }

    @Test
    void leavesOutKernelCopiesOfPathsOnly() throws Exception {
        try (CaptureProgram program = load("handle_name_free(kernel_word(&arguments[1]));")) {
            CaptureVariant variant = program.variant();
            assertEquals(List.of("on_name_free"), names(variant));
            assertTrue(variant.ioUring());
            assertFalse(variant.fallback());
            assertEquals(ArgumentSource.ENTRY_AND_EXIT, variant.arguments());
        }
    }

    @Test
    void leavesOutEachRejectedGroup() throws Exception {
        try (CaptureProgram program =
                load("handle_name_free(kernel_word(&arguments[1]));", "handle_io_uring_submit(ctx, req);")) {
            assertEquals(2, program.variant().rejected().size(), program.variant()::toString);
            assertFalse(program.variant().ioUring());
        }
    }

    @Test
    void doesNotStartWithoutARequiredProgram() {
        CaptureException e = assertThrows(CaptureException.class, () -> load("handle_fork(child);"));
        assertTrue(e.getMessage().contains("on_fork"), e::getMessage);
        assertTrue(e.getMessage().contains("invalid"), e::getMessage);
    }
}
