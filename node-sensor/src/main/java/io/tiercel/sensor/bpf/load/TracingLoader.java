package io.tiercel.sensor.bpf.load;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.host.KernelError;
import io.tiercel.sensor.bpf.host.LibC;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/** Loads tracing programs of a few instructions. Attaches, detaches and unloads tracing programs of any size. */
public final class TracingLoader {
    /** Runs at a tracepoint, whose type id replaces that of a function. */
    public static final int RAW_TRACEPOINT = 23;

    /** Runs before the function. */
    public static final int FENTRY = 24;

    /** Runs after the function. */
    public static final int FEXIT = 25;

    /** Prefix of the sections of programs that are attached to tracepoints by name. */
    static final String RAW_TRACEPOINT_SECTION = "raw_tp/";

    private static final int PROGRAM_TYPE_TRACING = 26;

    /** Offsets in {@code struct bpf_prog_load_opts} of libbpf 1.0. */
    private static final int OPTIONS_EXPECTED_ATTACH_TYPE = 12;

    private static final int OPTIONS_ATTACH_BTF_ID = 32;
    private static final int OPTIONS_SIZE = 104;

    private final Runtime runtime;
    private final LibBpf bpf;
    private final LibC libc;

    public TracingLoader(Runtime runtime, LibBpf bpf, LibC libc) {
        this.runtime = runtime;
        this.bpf = bpf;
        this.libc = libc;
    }

    /** Returns the file descriptor of a loaded program, or a negative error number. */
    public int load(int attachType, int function, long... instructions) {
        Pointer code = Memory.allocateDirect(runtime, 8 * instructions.length, true);
        code.put(0, instructions, 0, instructions.length);
        Pointer options = Memory.allocateDirect(runtime, OPTIONS_SIZE, true);
        options.putLong(0, OPTIONS_SIZE);
        options.putInt(OPTIONS_EXPECTED_ATTACH_TYPE, attachType);
        options.putInt(OPTIONS_ATTACH_BTF_ID, function);
        return bpf.bpf_prog_load(PROGRAM_TYPE_TRACING, "tiercel_hook", "GPL", code, instructions.length, options);
    }

    /**
     * Attaches a loaded program to the function or tracepoint that it was loaded for.
     *
     * @return the file descriptor of the link, or a negative error number
     */
    public int attach(int program) {
        return bpf.bpf_raw_tracepoint_open(null, program);
    }

    /**
     * Attaches a loaded program, also one for a raw tracepoint, which is named only here.
     *
     * @return the file descriptor of the link
     * @throws CaptureException if the kernel refuses
     */
    public int attach(LoadedProgram program) {
        String tracepoint = rawTracepoint(program.section());
        int link = bpf.bpf_raw_tracepoint_open(tracepoint, program.descriptor());
        if (link < 0) {
            throw new CaptureException("cannot attach the program " + program.name() + " to " + program.section() + " ("
                    + KernelError.explain(-link) + ")");
        }
        return link;
    }

    private static @Nullable String rawTracepoint(String section) {
        int prefix = section.indexOf(RAW_TRACEPOINT_SECTION);
        return prefix < 0 ? null : section.substring(prefix + RAW_TRACEPOINT_SECTION.length());
    }

    /** Closes a program or a link, which detaches it. */
    public void close(int descriptor) {
        libc.close(descriptor);
    }
}
