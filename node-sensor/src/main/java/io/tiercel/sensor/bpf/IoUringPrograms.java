package io.tiercel.sensor.bpf;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.host.KernelError;
import io.tiercel.sensor.bpf.load.CaptureMaps;
import io.tiercel.sensor.bpf.load.LibBpf;
import io.tiercel.sensor.bpf.load.LoadedProgram;
import io.tiercel.sensor.bpf.load.LoadedPrograms;
import io.tiercel.sensor.bpf.load.ProgramLoader;
import io.tiercel.sensor.bpf.load.RejectedProgram;
import io.tiercel.sensor.bpf.load.TracingLoader;
import io.tiercel.sensor.start.StartPhase;
import io.tiercel.sensor.start.StartTimes;
import io.tiercel.sensor.thread.SupervisedThreads;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * The programs that capture requests of io_uring. They are loaded after all others, on a thread of their own: the verifier takes about as
 * long for them as for all others, which can capture in the meantime. The owner uses this class on one thread.
 */
final class IoUringPrograms implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(IoUringPrograms.class.getName());

    /** The program that records requests for the others (bpf/io_uring.h). */
    static final String RECORDER = "on_io_uring_overflow";

    /** The map through which the others find it. */
    private static final String RECORDER_MAP = "io_uring_recorder";

    private final Runtime runtime;
    private final LibBpf bpf;
    private final TracingLoader tracing;
    private final int recorderMap;
    private final CompletableFuture<ProgramLoader.Result> loading;
    private final List<Integer> links = new ArrayList<>();
    private boolean closed;

    private IoUringPrograms(
            Runtime runtime,
            LibBpf bpf,
            TracingLoader tracing,
            int recorderMap,
            CompletableFuture<ProgramLoader.Result> loading) {
        this.runtime = runtime;
        this.bpf = bpf;
        this.tracing = tracing;
        this.recorderMap = recorderMap;
        this.loading = loading;
    }

    /** Starts to load the programs. */
    static IoUringPrograms begin(
            Runtime runtime, LibBpf bpf, TracingLoader tracing, CaptureMaps maps, ProgramLoader loader) {
        return new IoUringPrograms(
                runtime,
                bpf,
                tracing,
                maps.descriptor(RECORDER_MAP),
                CompletableFuture.supplyAsync(
                        () -> StartTimes.ofProcess().measure(StartPhase.IO_URING_LOAD, loader::load),
                        task -> SupervisedThreads.runOnce("capture-io-uring", task)));
    }

    /** Returns true if the kernel has accepted or rejected the programs, so that nothing else here waits. */
    boolean isDecided() {
        return loading.isDone();
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
        if (programs != null) {
            programs.find(RECORDER).ifPresent(this::setRecorder);
        }
        Map<String, Integer> descriptors = new TreeMap<>();
        for (LoadedProgram program : programs == null ? List.<LoadedProgram>of() : programs.all()) {
            links.add(tracing.attach(program));
            descriptors.put(program.section(), program.descriptor());
        }
        return descriptors;
    }

    private void setRecorder(LoadedProgram recorder) {
        Pointer index = Memory.allocateDirect(runtime, Integer.BYTES, true);
        Pointer descriptor = Memory.allocateDirect(runtime, Integer.BYTES, true);
        descriptor.putInt(0, recorder.descriptor());
        int error = bpf.bpf_map_update_elem(recorderMap, index, descriptor, 0);
        if (error != 0) {
            throw new CaptureException("the programs for io_uring cannot call each other ("
                    + KernelError.explain(-error) + "); run `./tiercel doctor` to see what is missing");
        }
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
