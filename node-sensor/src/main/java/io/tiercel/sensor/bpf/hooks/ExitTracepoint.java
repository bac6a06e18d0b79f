package io.tiercel.sensor.bpf.hooks;

import static io.tiercel.sensor.bpf.record.RecordLayout.CAPTURE_CONFIG_EXIT_TRACEPOINT;

import io.tiercel.sensor.bpf.load.LoadedProgram;
import io.tiercel.sensor.bpf.load.TracingLoader;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;

/** The programs of the tracepoint {@code sys_exit}, which run at the end of every syscall. Not thread-safe. */
public final class ExitTracepoint {
    private final TracingLoader tracing;
    private final Pointer config;
    private final List<LoadedProgram> programs;
    private final List<Integer> links = new ArrayList<>();

    /**
     * Attaches nothing yet.
     *
     * @param config the configuration of the capture program
     * @param programs the programs, fallback last
     */
    public ExitTracepoint(TracingLoader tracing, Pointer config, List<LoadedProgram> programs) {
        this.tracing = tracing;
        this.config = config;
        this.programs = List.copyOf(programs);
    }

    boolean isAttached() {
        return !links.isEmpty();
    }

    /** Attaches the programs. Has no effect the second time. */
    void attach() {
        if (isAttached()) {
            return;
        }
        config.putInt(CAPTURE_CONFIG_EXIT_TRACEPOINT, 1);
        programs.forEach(program -> links.add(tracing.attach(program)));
    }

    void detach() {
        links.forEach(tracing::close);
        links.clear();
        config.putInt(CAPTURE_CONFIG_EXIT_TRACEPOINT, 0);
    }
}
