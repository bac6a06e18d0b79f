package io.tiercel.sensor.bpf;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * Loads some programs of the capture program's file as another object, which shares the maps of the first. So the first object
 * can capture while the kernel verifies these programs.
 */
final class SharedObjectLoader {
    private static final System.Logger LOG = System.getLogger(SharedObjectLoader.class.getName());

    private final Runtime runtime;
    private final LibBpf bpf;
    private final byte[] file;
    private final Set<String> programs;

    /**
     * The file descriptors of the capture program's maps, in the order of the file; negative for maps that it does not have. The
     * names of some differ between two objects of one file.
     */
    private final List<Integer> maps;

    /**
     * The result: a loaded object, which the caller closes, or an error.
     *
     * @param error a negative error number, 0 for an object
     * @param rejected the program that the kernel rejected; null if the load failed for another reason
     */
    record Result(
            @Nullable BpfObject object, int error, @Nullable RejectedProgram rejected) {}

    /**
     * Loads nothing yet.
     *
     * @param file the object file of the capture program
     * @param programs names of the programs to load
     * @param capture the loaded capture program, which stays open until {@link #load} has returned
     */
    SharedObjectLoader(Runtime runtime, LibBpf bpf, byte[] file, Set<String> programs, BpfObject capture) {
        this.runtime = runtime;
        this.bpf = bpf;
        this.file = file.clone();
        this.programs = Set.copyOf(programs);
        maps = capture.maps().stream().map(this::descriptor).toList();
    }

    /** A loaded object of libbpf 1.4 has a descriptor, which is of no use, for a map that was not to be created, too. */
    private int descriptor(Pointer map) {
        return bpf.bpf_map__autocreate(map) ? bpf.bpf_map__fd(map) : -1;
    }

    /**
     * Loads the programs. The kernel writes either statistics or reasons, so a failed attempt is repeated for the reason.
     *
     * @throws CaptureException if the kernel does not share the maps
     */
    Result load() {
        boolean statistics = LOG.isLoggable(Level.DEBUG);
        Result result = load(statistics);
        return result.object == null && statistics ? load(false) : result;
    }

    private Result load(boolean statistics) {
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
                object.close();
                return new Result(null, error, rejected);
            }
            logs.statistics().forEach(line -> LOG.log(Level.DEBUG, line));
            return new Result(object, 0, null);
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
