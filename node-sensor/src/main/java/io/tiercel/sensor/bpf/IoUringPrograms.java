package io.tiercel.sensor.bpf;

import io.tiercel.sensor.thread.SupervisedThreads;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The programs that capture requests of io_uring. They are loaded on a thread of their own, because the verifier takes about as
 * long for them as for all others. The owner uses this class on one thread.
 */
final class IoUringPrograms implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(IoUringPrograms.class.getName());

    private final TracingLoader tracing;
    private final CompletableFuture<ProgramLoader.Result> loading;
    private final List<Integer> links = new ArrayList<>();
    private boolean closed;

    private IoUringPrograms(TracingLoader tracing, CompletableFuture<ProgramLoader.Result> loading) {
        this.tracing = tracing;
        this.loading = loading;
    }

    /** Starts to load the programs. */
    static IoUringPrograms begin(TracingLoader tracing, ProgramLoader loader) {
        return new IoUringPrograms(
                tracing,
                CompletableFuture.supplyAsync(
                        loader::load, task -> SupervisedThreads.runOnce("capture-io-uring", task)));
    }

    /**
     * Waits for the programs and returns the one that the kernel rejected; null if it accepted all.
     *
     * @throws CaptureException if they cannot be loaded for another reason
     */
    @Nullable
    RejectedProgram rejected() {
        ProgramLoader.Result result = result();
        if (result.programs() == null && result.rejected() == null) {
            throw new CaptureException("the kernel rejects the programs for io_uring ("
                    + KernelError.explain(-result.error()) + "); run `./tiercel doctor` to see what is missing");
        }
        return result.rejected();
    }

    /**
     * Attaches the programs, if the kernel accepted them.
     *
     * @return by tracepoint, the file descriptors of the programs
     * @throws CaptureException if the kernel does not attach one
     */
    Map<String, Integer> attach() {
        LoadedPrograms programs = result().programs();
        Map<String, Integer> descriptors = new TreeMap<>();
        for (LoadedProgram program : programs == null ? List.<LoadedProgram>of() : programs.all()) {
            links.add(tracing.attach(program));
            descriptors.put(program.section(), program.descriptor());
        }
        return descriptors;
    }

    private ProgramLoader.Result result() {
        try {
            return loading.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof CaptureException rejected) {
                throw rejected;
            }
            throw new CaptureException("cannot load the programs for io_uring: " + e.getCause(), e);
        }
    }

    /** Detaches and unloads the programs. Waits until they are loaded, because they use the maps of the capture program. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        links.forEach(tracing::close);
        try {
            LoadedPrograms programs = result().programs();
            if (programs != null) {
                programs.close();
            }
        } catch (CaptureException e) {
            LOG.log(Level.DEBUG, "there are no programs for io_uring to unload", e);
        }
    }
}
