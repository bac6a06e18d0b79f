package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.RecordLayout.CAPTURE_CONFIG_EXIT_TRACEPOINT;

import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;

/** The programs of the tracepoint {@code sys_exit}, which run at the end of every syscall. Not thread-safe. */
final class ExitTracepoint {
    private final LibBpf bpf;
    private final Pointer config;
    private final List<Pointer> programs;
    private final List<Pointer> links = new ArrayList<>();

    /**
     * Attaches nothing yet.
     *
     * @param config the configuration of the capture program
     * @param programs the programs, fallback last
     */
    ExitTracepoint(LibBpf bpf, Pointer config, List<Pointer> programs) {
        this.bpf = bpf;
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
        for (Pointer program : programs) {
            Pointer link = bpf.bpf_program__attach(program);
            if (link == null) {
                throw new CaptureException("cannot attach the program " + bpf.bpf_program__name(program));
            }
            links.add(link);
        }
    }

    void detach() {
        links.forEach(bpf::bpf_link__destroy);
        links.clear();
        config.putInt(CAPTURE_CONFIG_EXIT_TRACEPOINT, 0);
    }
}
