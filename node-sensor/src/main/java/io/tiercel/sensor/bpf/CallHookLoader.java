package io.tiercel.sensor.bpf;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Loads the programs that hook functions of syscalls, as a second object that shares the maps of the first. The verifier takes
 * as long for them as for all others, so they are loaded after the capture has started.
 */
final class CallHookLoader {
    private static final System.Logger LOG = System.getLogger(CallHookLoader.class.getName());

    private final Runtime runtime;
    private final LibBpf bpf;
    private final LibC libc;
    private final byte[] file;
    private final Set<String> programs;
    private final Pointer config;

    /**
     * The file descriptors of the capture program's maps, in the order of the file; negative for maps that it does not have. The
     * names of some differ between two objects of one file.
     */
    private final List<Integer> maps;

    /**
     * Loads nothing yet.
     *
     * @param file the object file of the capture program
     * @param programs names of the programs to load
     * @param capture the loaded capture program
     * @param config its configuration
     */
    CallHookLoader(
            Runtime runtime,
            LibBpf bpf,
            LibC libc,
            byte[] file,
            Set<String> programs,
            BpfObject capture,
            Pointer config) {
        this.runtime = runtime;
        this.bpf = bpf;
        this.libc = libc;
        this.file = file.clone();
        this.programs = Set.copyOf(programs);
        this.config = config;
        maps = capture.maps().stream().map(this::descriptor).toList();
    }

    /** A loaded object of libbpf 1.4 has a descriptor, which is of no use, for a map that was not to be created, too. */
    private int descriptor(Pointer map) {
        return bpf.bpf_map__autocreate(map) ? bpf.bpf_map__fd(map) : -1;
    }

    /**
     * Loads the programs. The caller closes the hooks.
     *
     * @throws CaptureException if the kernel rejects a program
     */
    CallHooks load() {
        if (!LOG.isLoggable(Level.DEBUG)) {
            return load(false);
        }
        try {
            return load(true);
        } catch (CaptureException e) {
            return load(false); // for the reason
        }
    }

    private CallHooks load(boolean statistics) {
        BpfObject object = new BpfObject(runtime, bpf, file);
        try {
            List<Pointer> shared = object.maps();
            for (int i = 0; i < shared.size(); i++) {
                share(shared.get(i), maps.get(i));
            }
            for (Pointer program : object.programs()) {
                bpf.bpf_program__set_autoload(program, programs.contains(bpf.bpf_program__name(program)));
            }
            VerifierLogs logs = new VerifierLogs(runtime, bpf, object.programs(), statistics);
            int error = object.load();
            if (error != 0) {
                RejectedProgram rejected = logs.rejected(error);
                throw new CaptureException(
                        rejected == null
                                ? "the kernel rejects hooks (" + KernelError.explain(-error) + ")"
                                : "the kernel rejects the program " + rejected.name() + ": " + rejected.reason());
            }
            logs.statistics().forEach(line -> LOG.log(Level.DEBUG, line));
            return new CallHooks(runtime, bpf, new TracingLoader(runtime, bpf, libc), object, config);
        } catch (CaptureException e) {
            object.close();
            throw e;
        }
    }

    private void share(Pointer map, int descriptor) {
        if (descriptor < 0) {
            bpf.bpf_map__set_autocreate(map, false);
        } else if (bpf.bpf_map__reuse_fd(map, descriptor) != 0) {
            throw new CaptureException("the kernel does not share the map " + bpf.bpf_map__name(map));
        }
    }
}
