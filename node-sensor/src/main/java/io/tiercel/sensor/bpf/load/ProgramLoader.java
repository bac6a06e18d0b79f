package io.tiercel.sensor.bpf.load;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.host.LibC;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * Loads some programs of the capture program's file. They use maps that exist, so that the first programs can capture while the kernel
 * verifies others.
 */
public final class ProgramLoader {
    private static final System.Logger LOG = System.getLogger(ProgramLoader.class.getName());

    private final Runtime runtime;
    private final LibBpf bpf;
    private final LibC libc;
    private final byte[] file;
    private final Set<String> programs;

    /** In the order of the file, because the names of some maps differ between two objects of one file. */
    private final List<Integer> maps;

    /**
     * The result: programs, which the caller closes, or an error.
     *
     * @param error a negative error number, 0 for programs
     * @param rejected the program that the kernel rejected; null if the load failed for another reason
     */
    public record Result(
            @Nullable LoadedPrograms programs,
            int error,
            @Nullable RejectedProgram rejected) {}

    /**
     * Loads nothing yet.
     *
     * @param file the object file, which nothing changes
     * @param programs names of the programs to load
     * @param maps their maps, which stay open until {@link #load} has returned
     */
    public ProgramLoader(Runtime runtime, LibBpf bpf, LibC libc, byte[] file, Set<String> programs, CaptureMaps maps) {
        this.runtime = runtime;
        this.bpf = bpf;
        this.libc = libc;
        this.file = file;
        this.programs = Set.copyOf(programs);
        this.maps = maps.descriptors();
    }

    /**
     * Loads the programs. The kernel writes either statistics or reasons, so a failed attempt is repeated for the reason.
     *
     * @throws CaptureException if the kernel does not share the maps, or this process may not have more file descriptors
     */
    public Result load() {
        boolean statistics = LOG.isLoggable(Level.DEBUG);
        Result result = load(statistics);
        return result.programs == null && statistics ? load(false) : result;
    }

    private Result load(boolean statistics) {
        try (BpfObject object = new BpfObject(runtime, bpf, file)) {
            List<Pointer> shared = object.maps();
            for (int i = 0; i < shared.size(); i++) {
                share(shared.get(i), maps.get(i));
            }
            return load(runtime, bpf, libc, object, programs, statistics);
        }
    }

    /**
     * Loads some programs of an object, and creates the maps that are to be created.
     *
     * @param object an object, which is not loaded yet
     * @param programs names of the programs to load
     * @param statistics whether the kernel writes statistics of accepted programs, instead of the reasons for rejected ones
     */
    public static Result load(
            Runtime runtime, LibBpf bpf, LibC libc, BpfObject object, Set<String> programs, boolean statistics) {
        for (Pointer program : object.programs()) {
            bpf.bpf_program__set_autoload(program, programs.contains(bpf.bpf_program__name(program)));
        }
        VerifierLogs logs = new VerifierLogs(runtime, bpf, object.programs(), statistics);
        int error = object.load();
        if (error != 0) {
            return new Result(null, error, logs.rejected(error));
        }
        logs.statistics().forEach(line -> LOG.log(Level.DEBUG, line));
        return new Result(loaded(runtime, bpf, libc, object), 0, null);
    }

    /** Takes the programs from an object, which holds copies of their code and types as long as it is open. */
    private static LoadedPrograms loaded(Runtime runtime, LibBpf bpf, LibC libc, BpfObject object) {
        List<LoadedProgram> loaded = new ArrayList<>();
        try {
            for (Pointer program : object.programs()) {
                if (bpf.bpf_program__autoload(program)) {
                    loaded.add(new LoadedProgram(
                            bpf.bpf_program__name(program),
                            bpf.bpf_program__section_name(program),
                            CaptureMaps.duplicate(runtime, libc, bpf.bpf_program__fd(program))));
                }
            }
        } catch (CaptureException e) {
            new LoadedPrograms(libc, loaded).close();
            throw e;
        }
        return new LoadedPrograms(libc, loaded);
    }

    private void share(Pointer map, int descriptor) {
        if (descriptor < 0) {
            bpf.bpf_map__set_autocreate(map, false);
        } else if (bpf.bpf_map__reuse_fd(map, descriptor) != 0) {
            throw new CaptureException("the kernel does not share the map " + bpf.bpf_map__name(map));
        }
    }
}
