package io.tiercel.sensor.bpf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The maps of the capture program in the kernel. Programs of several objects use them. The data sections that the programs share
 * with the sensor are maps, too.
 */
final class CaptureMaps implements AutoCloseable {
    /** What both the sensor and the programs write. */
    private static final List<String> SECTIONS = List.of(".bss", ".bss.prefilter");

    /** F_DUPFD_CLOEXEC in include/uapi/linux/fcntl.h: programs that this process starts do not get the descriptor. */
    private static final int DUPLICATE = 1030;

    /** Above standard error. */
    private static final int MIN_DESCRIPTOR = 3;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int ABSENT = -1;

    private record Section(Pointer memory, long size) {}

    private final Runtime runtime;
    private final LibC libc;
    private final List<Integer> descriptors = new ArrayList<>();
    private final Map<String, Integer> byName = new HashMap<>();
    private final Map<String, Section> sections = new HashMap<>();

    /**
     * Takes the maps of an object, which may be closed after that.
     *
     * @param object an object whose maps the kernel has created
     * @throws CaptureException if this process may not have more file descriptors or memory
     */
    CaptureMaps(Runtime runtime, LibBpf bpf, LibC libc, BpfObject object) {
        this.runtime = runtime;
        this.libc = libc;
        try {
            for (Pointer map : object.maps()) {
                // A loaded object of libbpf 1.4 has a descriptor, which is of no use, for a map that was not to be
                // created, too.
                int descriptor = bpf.bpf_map__autocreate(map) ? duplicate(runtime, libc, bpf.bpf_map__fd(map)) : ABSENT;
                descriptors.add(descriptor);
                byName.put(bpf.bpf_map__name(map), descriptor);
                SECTIONS.stream()
                        .filter(section -> object.map(section).address() == map.address())
                        .forEach(section -> sections.put(
                                section, map(descriptor, object.data(section).size())));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Returns a file descriptor that the caller closes, for what another one stands for. */
    static int duplicate(Runtime runtime, LibC libc, int descriptor) {
        int duplicate = libc.fcntl(descriptor, DUPLICATE, MIN_DESCRIPTOR);
        if (duplicate < 0) {
            throw new CaptureException("cannot keep a file descriptor of the capture program (error "
                    + runtime.getLastError() + "): allow this process more open files");
        }
        return duplicate;
    }

    private Section map(int descriptor, long size) {
        Pointer memory = libc.mmap(null, size, PROT_READ_WRITE, MAP_SHARED, descriptor, 0);
        if (memory == null || memory.address() == -1) {
            throw new CaptureException(
                    "cannot map data of the capture program (" + KernelError.explain(runtime.getLastError()) + ")");
        }
        return new Section(Pointer.wrap(runtime, memory.address(), size), size);
    }

    /** Returns the file descriptors in the order of the object file; negative for maps that do not exist. */
    List<Integer> descriptors() {
        return List.copyOf(descriptors);
    }

    /**
     * Returns the file descriptor of a map; negative if it does not exist.
     *
     * @throws CaptureException if the object file does not have it
     */
    int descriptor(String name) {
        Integer descriptor = byName.get(name);
        if (descriptor == null) {
            throw new CaptureException("the capture program has no map " + name + ": the sensor's jar is damaged");
        }
        return descriptor;
    }

    /**
     * Returns the memory of a data section. It is valid until these maps are closed.
     *
     * @throws CaptureException if the object file does not have the section
     */
    Pointer data(String section) {
        Section found = sections.get(section);
        if (found == null) {
            throw new CaptureException(
                    "the capture program has no section " + section + ": the sensor's jar is damaged");
        }
        return found.memory;
    }

    @Override
    public void close() {
        sections.values().forEach(section -> libc.munmap(section.memory, section.size));
        sections.clear();
        descriptors.stream().filter(descriptor -> descriptor >= 0).forEach(libc::close);
        descriptors.clear();
    }
}
