package io.tiercel.sensor.bpf;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * A capture program that is loaded in a thread of its own while its owner does something else: the kernel takes as long to
 * verify it as rules take to be loaded. For one owner.
 */
public final class BackgroundProgramLoader implements AutoCloseable {
    private final CompletableFuture<CaptureProgram> loading;
    private boolean taken;

    private BackgroundProgramLoader(CompletableFuture<CaptureProgram> loading) {
        this.loading = loading;
    }

    /** Begins to load. */
    public static BackgroundProgramLoader begin(Supplier<CaptureProgram> program) {
        return new BackgroundProgramLoader(CompletableFuture.supplyAsync(
                program, task -> Thread.ofPlatform().daemon().name("capture").start(task)));
    }

    /**
     * The program, once it is loaded; from then on it belongs to the caller.
     *
     * @throws CaptureException if it cannot be loaded
     */
    public CaptureProgram take() {
        try {
            CaptureProgram program = loading.join();
            taken = true;
            return program;
        } catch (CompletionException e) {
            if (e.getCause() instanceof CaptureException refused) {
                throw refused;
            }
            throw new CaptureException("the capture program cannot be loaded: " + e.getCause(), e);
        }
    }

    /** Unloads what was not taken, as soon as it is loaded; waits for nothing. */
    @Override
    public void close() {
        if (!taken) {
            loading.thenAccept(CaptureProgram::close);
        }
    }
}
