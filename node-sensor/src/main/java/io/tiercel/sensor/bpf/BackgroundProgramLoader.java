package io.tiercel.sensor.bpf;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.thread.SupervisedThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Loads the capture program on its own thread while the owner loads the rules. The kernel takes about as long to verify
 * the program. One owner uses the loader, on one thread.
 */
public final class BackgroundProgramLoader implements AutoCloseable {
    private final CompletableFuture<CaptureProgram> loading;
    private boolean taken;

    private BackgroundProgramLoader(CompletableFuture<CaptureProgram> loading) {
        this.loading = loading;
    }

    /** Starts to load the program. */
    public static BackgroundProgramLoader begin(Supplier<CaptureProgram> program) {
        return new BackgroundProgramLoader(
                CompletableFuture.supplyAsync(program, task -> SupervisedThreads.runOnce("capture", task)));
    }

    /**
     * Waits for the program and returns it. The caller closes it.
     *
     * @throws CaptureException if it cannot be loaded
     */
    public CaptureProgram take() {
        try {
            CaptureProgram program = loading.join();
            taken = true;
            return program;
        } catch (CompletionException e) {
            if (e.getCause() instanceof CaptureException rejected) {
                throw rejected;
            }
            throw new CaptureException("cannot load the capture program: " + e.getCause(), e);
        }
    }

    /** Unloads a program that was not taken, as soon as it is loaded. Does not wait. */
    @Override
    public void close() {
        if (!taken) {
            loading.thenAccept(CaptureProgram::close);
        }
    }
}
