package io.tiercel.sensor.bpf.load;

import io.tiercel.sensor.bpf.host.CaptureException;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A BPF object file that libbpf has opened: its programs, maps and data sections. It takes megabytes of memory while it is open. */
public final class BpfObject implements AutoCloseable {
    private final Runtime runtime;
    private final LibBpf bpf;
    private final Pointer object;

    /**
     * Opens an object file.
     *
     * @throws CaptureException if libbpf cannot read it
     */
    public BpfObject(Runtime runtime, LibBpf bpf, byte[] file) {
        this.runtime = runtime;
        this.bpf = bpf;
        Pointer bytes = Memory.allocateDirect(runtime, file.length);
        bytes.put(0, file, 0, file.length);
        Pointer opened = bpf.bpf_object__open_mem(bytes, file.length, null);
        if (opened == null) {
            throw new CaptureException("libbpf cannot read the capture program: the sensor's jar is damaged");
        }
        object = opened;
    }

    /** Loads the programs that are to be loaded. Returns 0, or a negative error number. */
    int load() {
        return bpf.bpf_object__load(object);
    }

    /** Returns all programs, also those that are not to be loaded. */
    public List<Pointer> programs() {
        List<Pointer> programs = new ArrayList<>();
        for (Pointer program = bpf.bpf_object__next_program(object, null);
                program != null;
                program = bpf.bpf_object__next_program(object, program)) {
            programs.add(program);
        }
        return programs;
    }

    /** Returns all maps, also those that are not to be created. */
    List<Pointer> maps() {
        List<Pointer> maps = new ArrayList<>();
        for (Pointer map = bpf.bpf_object__next_map(object, null);
                map != null;
                map = bpf.bpf_object__next_map(object, map)) {
            maps.add(map);
        }
        return maps;
    }

    /**
     * Returns a map.
     *
     * @throws CaptureException if the object does not have it
     */
    public Pointer map(String name) {
        Pointer map = bpf.bpf_object__find_map_by_name(object, name);
        if (map == null) {
            throw new CaptureException("the capture program has no map " + name + ": the sensor's jar is damaged");
        }
        return map;
    }

    /**
     * Returns the initial values of a data section. Changes count until the object is loaded.
     *
     * @throws CaptureException if the object does not have it
     */
    public Pointer data(String section) {
        long[] size = new long[1];
        Pointer value = bpf.bpf_map__initial_value(map(section), size);
        if (value == null) {
            throw new CaptureException(
                    "the capture program has no section " + section + ": the sensor's jar is damaged");
        }
        return Pointer.wrap(runtime, value.address(), size[0]);
    }

    /** Frees the object and closes its file descriptors. The kernel keeps what has other descriptors. */
    @Override
    public void close() {
        bpf.bpf_object__close(object);
    }
}
