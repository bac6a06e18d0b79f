package io.tiercel.sensor.bpf;

import io.tiercel.sensor.thread.SupervisedThreads;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The programs that capture requests of io_uring. They are loaded on a thread of their own while the sensor reads the state of
 * the node, because the verifier takes about as long for them as for all others. The owner uses this class on one thread.
 */
final class IoUringPrograms implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(IoUringPrograms.class.getName());

    private final LibBpf bpf;
    private final CompletableFuture<SharedObjectLoader.Result> loading;
    private final List<Pointer> links = new ArrayList<>();
    private boolean closed;

    private IoUringPrograms(LibBpf bpf, CompletableFuture<SharedObjectLoader.Result> loading) {
        this.bpf = bpf;
        this.loading = loading;
    }

    /** Starts to load the programs. */
    static IoUringPrograms begin(LibBpf bpf, SharedObjectLoader loader) {
        return new IoUringPrograms(
                bpf,
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
        SharedObjectLoader.Result result = result();
        if (result.object() == null && result.rejected() == null) {
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
        BpfObject object = result().object();
        Map<String, Integer> programs = new TreeMap<>();
        if (object == null) {
            return programs;
        }
        for (Pointer program : object.programs()) {
            if (bpf.bpf_program__autoload(program)) {
                Pointer link = bpf.bpf_program__attach(program);
                if (link == null) {
                    throw new CaptureException(
                            "cannot attach the program " + bpf.bpf_program__name(program) + " to its tracepoint");
                }
                links.add(link);
                programs.put(bpf.bpf_program__section_name(program), bpf.bpf_program__fd(program));
            }
        }
        return programs;
    }

    private SharedObjectLoader.Result result() {
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
        links.forEach(bpf::bpf_link__destroy);
        try {
            BpfObject object = result().object();
            if (object != null) {
                object.close();
            }
        } catch (CaptureException e) {
            LOG.log(Level.DEBUG, "there are no programs for io_uring to unload", e);
        }
    }
}
