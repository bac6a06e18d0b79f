package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * The capture program in the kernel: loaded, attached, and its ring buffer mapped.
 *
 * <p>libbpf is called through jnr-ffi for control only. Records are read from shared memory through direct byte buffers,
 * which costs a few nanoseconds each; a callback from libbpf would cost some hundred.
 */
public final class CaptureProgram implements AutoCloseable {
    private static final String TRACEPOINT = "tp_btf/";
    private static final String OBJECT = "tiercel.bpf.o";
    private static final String CLOSE_BEGINS = "close_begins";
    /** What the names of programs end with that take the turn of another which was not run. */
    private static final String SECOND = "_missed";

    private static final String MARKS = "task_marks";
    /** {@code recursion_misses} in {@code struct bpf_prog_info}, include/uapi/linux/bpf.h; since Linux 5.12. */
    private static final int MISSES = 208;

    private static final int PROGRAM_INFO_SIZE = MISSES + 8;
    private static final int PAGE = RingBuffer.PAGE;

    private static final int READ_ONLY = 1;
    private static final int READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final short POLLIN = 1;
    private static final int CLOCK_BOOTTIME = 7;
    private static final int CLOCK_REALTIME = 0;

    /** The ways to read kernel memory, best first: the values of READ_ in emit.h. */
    private static final int READ_VARIANTS = 3;

    private final Runtime runtime;
    private final LibBpf bpf;
    private final LibC libc;
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final RingBuffer ring;
    private final Pointer pollDescriptor;
    private final Pointer wishes;
    private final Pointer closeBegins;
    private @Nullable Pointer closeLink;
    private final boolean firstPass;
    private final int ringSize;
    private final @Nullable KernelPrefilter pass;
    private final int lossesMap;
    /** By tracepoint the program, as a file descriptor, of which an event is lost if the kernel does not run it. */
    private final Map<String, Integer> lastPrograms = new HashMap<>();

    private final boolean preemptible;
    private final int readVariant;

    /**
     * Loads and attaches; state is captured from now on, events once they are {@linkplain #want wanted}.
     *
     * @param ownPid the process whose own system calls are left out
     * @param firstPass whether there is to be a {@linkplain #pass first pass}
     * @param ringSize bytes of the ring buffer, a {@linkplain RingBufferSize power of two}
     * @throws CaptureException if libbpf is missing or the kernel refuses
     */
    public CaptureProgram(int ownPid, boolean firstPass, int ringSize) {
        this(ownPid, firstPass, ringSize, 0, KernelRelease.here().hasPreemptibleTracepoints());
    }

    /**
     * The same, without trying the ways to read kernel memory before {@code firstVariant}.
     *
     * @param preemptible whether tasks can lose their CPU inside a program; asks for Linux 6.15
     */
    CaptureProgram(int ownPid, boolean firstPass, int ringSize, int firstVariant, boolean preemptible) {
        this.firstPass = firstPass;
        this.ringSize = ringSize;
        this.preemptible = preemptible;
        runtime = Runtime.getSystemRuntime();
        bpf = library(LibBpf.class, "libbpf.so.1", "install Debian's package libbpf1");
        libc = library(LibC.class, null, "the C library is needed");
        if (System.getenv("TIERCEL_DEBUG") == null) { // else libbpf writes what the verifier says to standard error
            bpf.libbpf_set_print(null);
        }
        try {
            Loaded first = load(read(), ownPid, firstVariant);
            Pointer loaded = first.object;
            undo.push(() -> bpf.bpf_object__close(loaded));
            readVariant = first.variant;
            wishes = data(loaded, ".bss");
            lossesMap = bpf.bpf_map__fd(map(loaded, "losses"));
            int ringMap = bpf.bpf_map__fd(map(loaded, "ring"));
            ring = new RingBuffer(
                    map(ringMap, PAGE, READ_WRITE, 0), map(ringMap, PAGE + ringSize, READ_ONLY, PAGE), ringSize);
            pollDescriptor = Memory.allocateDirect(runtime, 8, true);
            pollDescriptor.putInt(0, ringMap);
            pollDescriptor.putShort(4, POLLIN);
            for (int number : Syscalls.stateNumbers()) {
                wishes.putByte(WISHES_INTEREST + number, (byte) WANT_STATE);
            }
            pass = firstPass
                    ? new KernelPrefilter(
                            runtime,
                            bpf,
                            wishes,
                            data(loaded, ".bss.passes"),
                            name -> bpf.bpf_map__fd(map(loaded, name)))
                    : null;
            closeBegins = attach(loaded);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private record Loaded(Pointer object, int variant) {}

    /** The first form that the kernel takes: without what is optional only if it takes none with it. */
    private Loaded load(byte[] elf, int ownPid, int firstVariant) {
        try (KernelTracepoints tracepoints = new KernelTracepoints(bpf)) {
            return load(elf, ownPid, firstVariant, tracepoints);
        }
    }

    private Loaded load(byte[] elf, int ownPid, int firstVariant, KernelTracepoints tracepoints) {
        int error = 0;
        for (boolean optional = true; ; optional = false) {
            for (int variant = firstVariant; variant < READ_VARIANTS; variant++) {
                Pointer candidate = open(elf, ownPid, variant);
                if (optional) {
                    chooseOptional(candidate, tracepoints);
                }
                error = bpf.bpf_object__load(candidate);
                if (error == 0) {
                    if (!optional) {
                        System.getLogger(CaptureProgram.class.getName())
                                .log(Level.WARNING, "what programs do through io_uring cannot be seen on this kernel");
                    }
                    return new Loaded(candidate, variant);
                }
                bpf.bpf_object__close(candidate);
            }
            if (!optional) {
                throw new CaptureException("the kernel refuses the capture program (" + explain(-error)
                        + "); `./tiercel doctor` shows what is missing");
            }
        }
    }

    /** Whether programs that start tell what they have as fds 0 to 2. */
    public void wantStandardFds(boolean wanted) {
        wishes.putByte(WISHES_STANDARD_FDS, (byte) (wanted ? 1 : 0));
    }

    /** Switches to these event types, by name; takes effect at once, and only costs where an event is wanted. */
    public void want(Set<String> eventTypes) {
        Set<String> names = eventTypes.stream().map(Syscalls::eventName).collect(Collectors.toSet());
        watchCloseBegin(names.contains("close"));
        Syscalls.numbers().forEach((name, numbers) -> {
            for (int number : numbers) {
                wishes.putByte(WISHES_INTEREST + number, Syscalls.wish(name, number, names));
            }
        });
        wishes.putByte(WISHES_THREAD_EXITS, (byte) (eventTypes.contains("procexit") ? 1 : 0));
    }

    /** The first pass; null if there is none. */
    public @Nullable KernelPrefilter pass() {
        return pass;
    }

    public RingBuffer ring() {
        return ring;
    }

    /** Waits until the kernel announces records (it does so when many have gathered), or for the given time. */
    public void await(int timeoutMillis) {
        libc.poll(pollDescriptor, 1, timeoutMillis);
    }

    /** What was lost on each CPU since the start. */
    public LossCounters losses() {
        int cpus = bpf.libbpf_num_possible_cpus();
        Pointer key = Memory.allocateDirect(runtime, 4, true);
        Pointer values = Memory.allocateDirect(runtime, LOSSES_SIZE * cpus, true);
        bpf.bpf_map_lookup_elem(lossesMap, key, values);
        List<LossCounters.OfCpu> found = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            long at = (long) LOSSES_SIZE * cpu + LOSSES_COUNTS;
            List<Long> counts = LossCounters.Reason.counted()
                    .map(reason -> values.getLong(at + 8L * reason.place()))
                    .toList();
            if (counts.stream().anyMatch(count -> count > 0)) {
                found.add(new LossCounters.OfCpu(cpu, counts));
            }
        }
        return new LossCounters(found, notRun());
    }

    /** How often the kernel did not run a program since the start, and no other took its turn. */
    private long notRun() {
        Pointer info = Memory.allocateDirect(runtime, PROGRAM_INFO_SIZE, true);
        Pointer length = Memory.allocateDirect(runtime, 4, true);
        long sum = 0;
        for (int program : lastPrograms.values()) {
            length.putInt(0, PROGRAM_INFO_SIZE);
            info.putLong(MISSES, 0);
            if (bpf.bpf_obj_get_info_by_fd(program, info, length) == 0) {
                sum += info.getLong(MISSES);
            }
        }
        return sum;
    }

    /** The time now as records have it: nanoseconds since boot. */
    public long bootNanos() {
        return now(CLOCK_BOOTTIME);
    }

    /** What to add to a time since boot to get one since the epoch, in nanoseconds. */
    public long bootToEpochNanos() {
        return now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME);
    }

    /** Which way of reading kernel memory the kernel took: 0 is the fastest. */
    int readVariant() {
        return readVariant;
    }

    /** Detaches and unloads; does nothing the second time. */
    @Override
    public void close() {
        watchCloseBegin(false);
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }

    private Pointer open(byte[] elf, int ownPid, int variant) {
        Pointer bytes = Memory.allocateDirect(runtime, elf.length);
        bytes.put(0, elf, 0, elf.length);
        Pointer object = bpf.bpf_object__open_mem(bytes, elf.length, null);
        if (object == null) {
            throw new CaptureException("libbpf cannot read the capture program: the sensor's jar is damaged");
        }
        Pointer constants = data(object, ".rodata");
        constants.putInt(SETTINGS_READ_VARIANT, variant);
        constants.putInt(SETTINGS_OWN_TGID, ownPid);
        constants.putInt(SETTINGS_FIRST_PASS, firstPass ? 1 : 0);
        constants.putInt(SETTINGS_PREEMPTIBLE, preemptible ? 1 : 0);
        bpf.bpf_map__set_max_entries(map(object, "ring"), ringSize);
        bpf.bpf_map__set_autocreate(map(object, MARKS), preemptible);
        if (preemptible) {
            chooseSeconds(object);
        }
        Pointer plain = data(object, ".rodata.plain");
        for (int number = 0; number < Syscalls.LIMIT; number++) {
            SyscallParameters call = Syscalls.plain(number);
            if (call != null) {
                plain.put((long) number * PLAIN_CALL_SIZE, call.encoded(), 0, PLAIN_CALL_SIZE);
            }
        }
        return object;
    }

    private void chooseSeconds(Pointer object) {
        for (Pointer program = bpf.bpf_object__next_program(object, null);
                program != null;
                program = bpf.bpf_object__next_program(object, program)) {
            if (isSecond(program)) {
                bpf.bpf_program__set_autoload(program, true);
            }
        }
    }

    private boolean isSecond(Pointer program) {
        return bpf.bpf_program__name(program).endsWith(SECOND);
    }

    /** Has those programs loaded that are for tracepoints which not every kernel has, where this one has them. */
    private void chooseOptional(Pointer object, KernelTracepoints tracepoints) {
        for (Pointer program = bpf.bpf_object__next_program(object, null);
                program != null;
                program = bpf.bpf_object__next_program(object, program)) {
            String section = bpf.bpf_program__section_name(program);
            if (!bpf.bpf_program__autoload(program)
                    && !isSecond(program)
                    && section.startsWith(TRACEPOINT)
                    && tracepoints.has(section.substring(TRACEPOINT.length()))) {
                bpf.bpf_program__set_autoload(program, true);
            }
        }
    }

    /** Attaches all programs, seconds after firsts, but the one that is only needed at times, and gives that. */
    private Pointer attach(Pointer object) {
        Pointer later = null;
        for (Pointer program = bpf.bpf_object__next_program(object, null);
                program != null;
                program = bpf.bpf_object__next_program(object, program)) {
            if (bpf.bpf_program__name(program).equals(CLOSE_BEGINS)) {
                later = program;
            } else if (bpf.bpf_program__autoload(program)) {
                Pointer link = link(program);
                lastPrograms.put(bpf.bpf_program__section_name(program), bpf.bpf_program__fd(program));
                undo.push(() -> bpf.bpf_link__destroy(link));
            }
        }
        if (later == null) {
            throw new CaptureException(
                    "the capture program has no program " + CLOSE_BEGINS + ": the sensor's jar is damaged");
        }
        return later;
    }

    private Pointer link(Pointer program) {
        Pointer link = bpf.bpf_program__attach(program);
        if (link == null) {
            throw new CaptureException("the kernel does not let the program " + bpf.bpf_program__name(program)
                    + " be attached to its tracepoint");
        }
        return link;
    }

    /** A program at the beginning of every system call costs; so it is attached only while closing is of interest. */
    private void watchCloseBegin(boolean wanted) {
        Pointer link = closeLink;
        if (wanted && link == null) {
            closeLink = link(closeBegins);
        } else if (!wanted && link != null) {
            closeLink = null;
            bpf.bpf_link__destroy(link);
        }
    }

    private Pointer map(Pointer object, String name) {
        Pointer map = bpf.bpf_object__find_map_by_name(object, name);
        if (map == null) {
            throw new CaptureException("the capture program has no map " + name + ": the sensor's jar is damaged");
        }
        return map;
    }

    private Pointer data(Pointer object, String section) {
        long[] size = new long[1];
        Pointer value = bpf.bpf_map__initial_value(map(object, section), size);
        if (value == null) {
            throw new CaptureException("the capture program has no " + section + ": the sensor's jar is damaged");
        }
        return Pointer.wrap(runtime, value.address(), size[0]);
    }

    private ByteBuffer map(int fd, int length, int protection, int offset) {
        Pointer memory = libc.mmap(null, length, protection, MAP_SHARED, fd, offset);
        if (memory == null || memory.address() == -1) {
            throw new CaptureException("the ring buffer cannot be mapped (" + explain(runtime.getLastError()) + ")");
        }
        undo.push(() -> libc.munmap(memory, length));
        return MemoryIO.getInstance()
                .newDirectByteBuffer(memory.address(), length)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private long now(int clock) {
        Pointer time = Memory.allocateDirect(runtime, 16, true);
        libc.clock_gettime(clock, time);
        return time.getLong(0) * 1_000_000_000L + time.getLong(8);
    }

    private static byte[] read() {
        try (InputStream in = CaptureProgram.class.getResourceAsStream(OBJECT)) {
            if (in == null) {
                throw new CaptureException("the sensor was built without its capture program: build it with ./tiercel");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new CaptureException(
                    "the capture program cannot be read from the sensor's jar: " + e.getMessage(), e);
        }
    }

    private static <T> T library(Class<T> type, @Nullable String name, String remedy) {
        try {
            return NativeFunctions.load(type, name);
        } catch (UnsatisfiedLinkError e) {
            throw new CaptureException((name == null ? "libc" : name) + " cannot be loaded: " + remedy, e);
        }
    }

    private static String explain(int errno) {
        return switch (errno) {
            case 1 -> "EPERM: needs root, or CAP_BPF and CAP_PERFMON";
            case 2, 3 -> "the kernel has no BTF or no such tracepoint";
            case 7 -> "the program is too large for this kernel's verifier";
            case 12 -> "no memory";
            case 22 -> "EINVAL: this kernel lacks something that the program uses";
            default -> "error " + errno;
        };
    }

    /** Whether libbpf is there; null if it is, else why not. */
    static @Nullable String libraryProblem() {
        try {
            library(LibBpf.class, "libbpf.so.1", "");
            return null;
        } catch (CaptureException e) {
            return "libbpf.so.1 not found";
        }
    }
}
