package io.tiercel.sensor.bpf.load;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.host.KernelError;
import io.tiercel.sensor.bpf.host.LibC;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * The maps of the capture program in the kernel. Programs of several objects use them. The data sections that the programs share
 * with the sensor are maps, too.
 */
public final class CaptureMaps implements AutoCloseable {
    /** What both the sensor and the programs write at any time. */
    private static final String CONFIG = ".bss";

    /** What the sensor writes when rules change. */
    private static final String TABLES = ".bss.prefilter";

    /** F_DUPFD_CLOEXEC in include/uapi/linux/fcntl.h: programs that this process starts do not get the descriptor. */
    private static final int DUPLICATE = 1030;

    /** Above standard error. */
    private static final int MIN_DESCRIPTOR = 3;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int ABSENT = -1;

    private record Section(int descriptor, long size) {}

    /** A data section in the memory of this process, until it is closed. Its pages count in the process's memory. */
    public final class MappedSection implements AutoCloseable {
        private final Pointer memory;
        private final long size;

        private MappedSection(Section section) {
            Pointer mapped = libc.mmap(null, section.size, PROT_READ_WRITE, MAP_SHARED, section.descriptor, 0);
            if (mapped == null || mapped.address() == -1) {
                throw new CaptureException(
                        "cannot map data of the capture program (" + KernelError.explain(runtime.getLastError()) + ")");
            }
            memory = Pointer.wrap(runtime, mapped.address(), section.size);
            size = section.size;
        }

        public Pointer memory() {
            return memory;
        }

        @Override
        public void close() {
            libc.munmap(memory, size);
        }
    }

    private final Runtime runtime;
    private final LibC libc;
    private final List<Integer> descriptors = new ArrayList<>();
    private final Map<String, Integer> byName = new HashMap<>();
    private final Map<String, Section> sections = new HashMap<>();

    @Nullable
    private MappedSection config;

    /**
     * Takes the maps of an object, which may be closed after that.
     *
     * @param object an object whose maps the kernel has created
     * @throws CaptureException if this process may not have more file descriptors or memory
     */
    public CaptureMaps(Runtime runtime, LibBpf bpf, LibC libc, BpfObject object) {
        this.runtime = runtime;
        this.libc = libc;
        try {
            for (Pointer map : object.maps()) {
                // A loaded object of libbpf 1.4 has a descriptor, which is of no use, for a map that was not to be
                // created, too.
                int descriptor = bpf.bpf_map__autocreate(map) ? duplicate(runtime, libc, bpf.bpf_map__fd(map)) : ABSENT;
                descriptors.add(descriptor);
                byName.put(bpf.bpf_map__name(map), descriptor);
                Stream.of(CONFIG, TABLES)
                        .filter(section -> object.map(section).address() == map.address())
                        .forEach(section -> sections.put(
                                section,
                                new Section(descriptor, object.data(section).size())));
            }
            config = new MappedSection(section(CONFIG));
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

    /** Returns the file descriptors in the order of the object file; negative for maps that do not exist. */
    List<Integer> descriptors() {
        return List.copyOf(descriptors);
    }

    /**
     * Returns the file descriptor of a map; negative if it does not exist.
     *
     * @throws CaptureException if the object file does not have it
     */
    public int descriptor(String name) {
        Integer descriptor = byName.get(name);
        if (descriptor == null) {
            throw new CaptureException("the capture program has no map " + name + ": the sensor's jar is damaged");
        }
        return descriptor;
    }

    /** Returns the memory of the settings that the sensor changes. It is valid until these maps are closed. */
    public Pointer config() {
        return Objects.requireNonNull(config, "not closed").memory();
    }

    /**
     * Maps the tables of the prefilter.
     *
     * @throws CaptureException if this process may not have more memory
     */
    public MappedSection mapTables() {
        return new MappedSection(section(TABLES));
    }

    private Section section(String name) {
        Section found = sections.get(name);
        if (found == null) {
            throw new CaptureException("the capture program has no section " + name + ": the sensor's jar is damaged");
        }
        return found;
    }

    @Override
    public void close() {
        if (config != null) {
            config.close();
            config = null;
        }
        sections.clear();
        descriptors.stream().filter(descriptor -> descriptor >= 0).forEach(libc::close);
        descriptors.clear();
    }
}
