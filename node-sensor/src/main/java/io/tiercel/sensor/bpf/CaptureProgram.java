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
 * The capture program in the kernel: loaded and attached, with its ring buffer mapped.
 *
 * <p>jnr-ffi calls libbpf for control only. Records are read from shared memory through direct byte buffers, which costs a
 * few nanoseconds each. A callback from libbpf would cost some hundred.
 */
public final class CaptureProgram implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CaptureProgram.class.getName());

    private static final String TRACEPOINT_SECTION = "tp_btf/";
    private static final String OBJECT = "tiercel.bpf.o";
    private static final String CLOSE_ENTRY_PROGRAM = "on_close_enter";

    /** Suffix of the fallback programs, which do the work that the kernel did not run the primary program for. */
    private static final String FALLBACK_SUFFIX = "_fallback";

    /** Sees the kernel's copies of paths. */
    private static final String NAME_FREE_PROGRAM = "on_name_free";

    /** The programs of {@link ArgumentSource#PATH_COPIES}. */
    private static final Set<String> PATH_COPY_PROGRAMS = Set.of(NAME_FREE_PROGRAM, "on_socket_state");

    /** The same, on kernels with hooks. */
    private static final String PUTNAME_PROGRAM = "on_putname";

    private static final String PREEMPTION_MARKS_MAP = "preemption_marks";

    /** The memory of the hooks, which requires Linux 5.11. */
    private static final List<String> COPY_MAPS = List.of("changed_files", "address_copies");

    private static final String TASK_STORAGE_FUNCTION = "bpf_task_storage_get";

    /** Offset of {@code recursion_misses} in {@code struct bpf_prog_info}, include/uapi/linux/bpf.h; since Linux 5.12. */
    private static final int PROGRAM_INFO_RECURSION_MISSES = 208;

    private static final int PROGRAM_INFO_SIZE = PROGRAM_INFO_RECURSION_MISSES + 8;
    private static final int PAGE = RingBuffer.PAGE;

    private static final int PROT_READ = 1;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final short POLLIN = 1;
    private static final int CLOCK_BOOTTIME = 7;

    /** Number of attempts to read two clocks without an interruption in between. */
    private static final int CLOCK_READS = 4;

    private static final int CLOCK_REALTIME = 0;

    private final Runtime runtime;
    private final LibBpf bpf;
    private final LibC libc;
    private final Deque<Runnable> cleanup = new ArrayDeque<>();
    private final RingBuffer ring;
    private final Pointer pollDescriptor;
    private final Pointer config;
    private final Pointer closeEntryProgram;
    private @Nullable Pointer closeEntryLink;
    private final HookLinks hooks;
    private final boolean prefilterEnabled;
    private final int ringSize;
    private final @Nullable KernelPrefilter prefilter;
    private final int lossCountersMap;
    private final LossGroupMap lossGroups;

    /** By tracepoint, the file descriptor of the last program: the kernel counts its recursion misses as lost events. */
    private final Map<String, Integer> lastPrograms = new HashMap<>();

    private final boolean preemptible;
    private final ReadVariant readVariant;
    private final boolean fallback;

    private final ArgumentSource argumentSource;

    /**
     * Loads and attaches the program. It captures state from now on, and events once their types are {@linkplain
     * #selectEventTypes selected}.
     *
     * @param ownPid the process whose own syscalls are not events
     * @param prefilterEnabled whether the program has a {@linkplain #prefilter prefilter}
     * @param ringSize size of the ring buffer in bytes, a {@linkplain RingBufferSize power of two}
     * @throws CaptureException if libbpf is missing or the kernel rejects the program
     */
    public CaptureProgram(int ownPid, boolean prefilterEnabled, int ringSize) {
        this(ownPid, prefilterEnabled, ringSize, ArgumentSource.HOOKS);
    }

    /**
     * The same with a limit for the source of arguments.
     *
     * @param bestSource the best source to use
     */
    public CaptureProgram(int ownPid, boolean prefilterEnabled, int ringSize, ArgumentSource bestSource) {
        this(
                objectInJar(),
                ownPid,
                prefilterEnabled,
                ringSize,
                bestSource,
                ReadVariant.TYPED,
                KernelRelease.current().hasPreemptibleTracepoints());
    }

    /**
     * Loads an object file, and tries only {@code firstVariant} and the slower variants.
     *
     * @param preemptible whether tasks can be preempted inside a program; requires Linux 6.15
     */
    CaptureProgram(
            byte[] objectFile,
            int ownPid,
            boolean prefilterEnabled,
            int ringSize,
            ArgumentSource bestSource,
            ReadVariant firstVariant,
            boolean preemptible) {
        this.prefilterEnabled = prefilterEnabled;
        this.ringSize = ringSize;
        this.preemptible = preemptible;
        runtime = Runtime.getSystemRuntime();
        bpf = library(LibBpf.class, "libbpf.so.1", "install Debian's package libbpf1");
        hooks = new HookLinks(bpf);
        libc = library(LibC.class, null, "the C library is required");
        if (System.getenv("TIERCEL_DEBUG") == null) { // otherwise libbpf writes its messages to standard error
            bpf.libbpf_set_print(null);
        }
        try {
            Loaded loaded = load(objectFile, ownPid, bestSource, firstVariant);
            Pointer object = loaded.object;
            cleanup.push(() -> bpf.bpf_object__close(object));
            readVariant = loaded.variant;
            fallback = loaded.fallback;
            argumentSource = loaded.argumentSource;
            config = data(object, ".bss");
            lossCountersMap = bpf.bpf_map__fd(map(object, "loss_counters"));
            lossGroups = new LossGroupMap(runtime, bpf, bpf.bpf_map__fd(map(object, "loss_groups")));
            int ringMap = bpf.bpf_map__fd(map(object, "ring"));
            ring = new RingBuffer(
                    mapMemory(ringMap, PAGE, PROT_READ_WRITE, 0),
                    mapMemory(ringMap, PAGE + ringSize, PROT_READ, PAGE),
                    ringSize);
            pollDescriptor = Memory.allocateDirect(runtime, 8, true);
            pollDescriptor.putInt(0, ringMap);
            pollDescriptor.putShort(4, POLLIN);
            for (int number : SyscallTable.stateSyscalls()) {
                config.putByte(
                        CAPTURE_CONFIG_SYSCALL_FLAGS + number, (byte) (SYSCALL_STATE | SyscallTable.kindFlags(number)));
            }
            prefilter = prefilterEnabled
                    ? new KernelPrefilter(
                            runtime,
                            bpf,
                            config,
                            data(object, ".bss.prefilter"),
                            name -> bpf.bpf_map__fd(map(object, name)))
                    : null;
            closeEntryProgram = attach(object);
            LOG.log(Level.INFO, "source of paths and addresses: " + argumentSource.description());
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private record Loaded(Pointer object, ReadVariant variant, boolean fallback, ArgumentSource argumentSource) {}

    /** Returns the fastest variant that the kernel accepts, without optional programs only if it accepts none with them. */
    private Loaded load(byte[] objectFile, int ownPid, ArgumentSource bestSource, ReadVariant firstVariant) {
        try (KernelTypes types = new KernelTypes(bpf)) {
            return load(objectFile, ownPid, bestSource, firstVariant, types);
        }
    }

    private Loaded load(
            byte[] objectFile, int ownPid, ArgumentSource bestSource, ReadVariant firstVariant, KernelTypes types) {
        VerifierLog log = new VerifierLog(runtime);
        int error = 0;
        boolean hooksSupported = bestSource == ArgumentSource.HOOKS
                && types.hasFunction(TASK_STORAGE_FUNCTION)
                && HookTrial.succeeds(runtime, bpf, libc, types);
        List<OptionalPrograms> choices = hooksSupported
                ? List.of(OptionalPrograms.ALL, OptionalPrograms.TRACEPOINTS, OptionalPrograms.NONE)
                : List.of(OptionalPrograms.TRACEPOINTS, OptionalPrograms.NONE);
        for (OptionalPrograms optional : choices) {
            boolean rejected = false;
            for (ReadVariant variant : ReadVariant.values()) {
                if (variant.compareTo(firstVariant) < 0) {
                    continue;
                }
                Pointer candidate = open(objectFile, ownPid, variant, optional == OptionalPrograms.ALL, log);
                ArgumentSource source = argumentSource(optional, bestSource, types);
                if (optional != OptionalPrograms.NONE) {
                    enableOptionalPrograms(candidate, types, source);
                }
                error = bpf.bpf_object__load(candidate);
                if (error == 0) {
                    if (hooksSupported && optional != OptionalPrograms.ALL) {
                        LOG.log(
                                Level.WARNING,
                                "the kernel rejected the programs that copy names in the kernel; arguments are read from"
                                        + " the memory of processes. TIERCEL_DEBUG=1 shows the verifier's reason");
                    }
                    if (optional == OptionalPrograms.NONE) {
                        LOG.log(Level.WARNING, "this kernel does not support capturing io_uring requests");
                    }
                    if (rejected) {
                        LOG.log(
                                Level.WARNING,
                                "the kernel rejected a faster variant of the capture program; using variant "
                                        + variant.label() + ". TIERCEL_DEBUG=1 shows the verifier's reason");
                    }
                    return new Loaded(candidate, variant, rejected, source);
                }
                bpf.bpf_object__close(candidate);
                if (variant.isSupportedBy(types)) {
                    rejected = true;
                    log.lastLines().forEach(line -> LOG.log(Level.DEBUG, "verifier: " + line));
                }
                log.clear();
            }
        }
        throw new CaptureException("the kernel rejects the capture program (" + explain(-error)
                + "); run `./tiercel doctor` to see what is missing");
    }

    private static ArgumentSource argumentSource(
            OptionalPrograms optional, ArgumentSource bestSource, KernelTypes types) {
        return switch (optional) {
            case ALL -> ArgumentSource.HOOKS;
            case TRACEPOINTS ->
                bestSource != ArgumentSource.EXIT
                                && KernelRelease.current().hasCacheInFreeTracepoint()
                                && types.hasTracepoint("kmem_cache_free")
                        ? ArgumentSource.PATH_COPIES
                        : ArgumentSource.EXIT;
            case NONE -> ArgumentSource.EXIT;
        };
    }

    /** Which of the optional programs are loaded. */
    private enum OptionalPrograms {
        ALL,
        TRACEPOINTS,
        NONE
    }

    /** Sets whether fds 0 to 2 of programs that start are captured. */
    public void captureStandardFds(boolean enabled) {
        config.putByte(CAPTURE_CONFIG_STANDARD_FDS, (byte) (enabled ? 1 : 0));
    }

    /** Selects the event types to capture, by name. Takes effect immediately. Other types cost nothing. */
    public void selectEventTypes(Set<String> eventTypes) {
        Set<String> names = eventTypes.stream().map(SyscallTable::eventName).collect(Collectors.toSet());
        attachCloseEntry(names.contains("close"));
        hooks.select(names);
        SyscallTable.numbersByEventType().forEach((name, numbers) -> {
            for (int number : numbers) {
                config.putByte(CAPTURE_CONFIG_SYSCALL_FLAGS + number, SyscallTable.captureFlags(name, number, names));
            }
        });
        config.putByte(CAPTURE_CONFIG_THREAD_EXITS, (byte) (eventTypes.contains("procexit") ? 1 : 0));
    }

    /** Returns the prefilter, or null if the program was loaded without it. */
    public @Nullable KernelPrefilter prefilter() {
        return prefilter;
    }

    public RingBuffer ring() {
        return ring;
    }

    /** Waits for the given time, or until the kernel signals that many records are in the ring buffer. */
    public void await(int timeoutMillis) {
        libc.poll(pollDescriptor, 1, timeoutMillis);
    }

    /** Returns what was lost on each CPU since the start. */
    public LossCounters losses() {
        int cpus = bpf.libbpf_num_possible_cpus();
        Pointer key = Memory.allocateDirect(runtime, 4, true);
        Pointer values = Memory.allocateDirect(runtime, LOSS_COUNTERS_SIZE * cpus, true);
        bpf.bpf_map_lookup_elem(lossCountersMap, key, values);
        List<LossCounters.CpuCounters> counters = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            long at = (long) LOSS_COUNTERS_SIZE * cpu + LOSS_COUNTERS_COUNTS;
            List<Long> counts = LossCounters.Reason.perCpu()
                    .map(reason -> values.getLong(at + 8L * reason.index()))
                    .toList();
            if (counts.stream().anyMatch(count -> count > 0)) {
                counters.add(new LossCounters.CpuCounters(cpu, counts));
            }
        }
        return new LossCounters(counters, recursionMisses());
    }

    /** Returns the processes that lost records since the last call, at most {@link RecordLayout#MAX_LOSS_GROUPS}. */
    public List<LossGroup> takeLossGroups() {
        return lossGroups.take();
    }

    /** Returns how often the kernel ran neither the primary nor the fallback program since the start. */
    private long recursionMisses() {
        Pointer info = Memory.allocateDirect(runtime, PROGRAM_INFO_SIZE, true);
        Pointer length = Memory.allocateDirect(runtime, 4, true);
        long sum = 0;
        for (int program : lastPrograms.values()) {
            length.putInt(0, PROGRAM_INFO_SIZE);
            info.putLong(PROGRAM_INFO_RECURSION_MISSES, 0);
            if (bpf.bpf_obj_get_info_by_fd(program, info, length) == 0) {
                sum += info.getLong(PROGRAM_INFO_RECURSION_MISSES);
            }
        }
        return sum;
    }

    /** Returns the current time as in records: nanoseconds since boot. */
    public long bootNanos() {
        return now(CLOCK_BOOTTIME);
    }

    /** Returns the nanoseconds to add to a time since boot to get a time since the epoch. */
    public long bootToEpochNanos() {
        long bestGap = Long.MAX_VALUE;
        long offset = 0;
        for (int i = 0; i < CLOCK_READS; i++) {
            long before = now(CLOCK_BOOTTIME);
            long epoch = now(CLOCK_REALTIME);
            long gap = now(CLOCK_BOOTTIME) - before;
            if (gap < bestGap) {
                bestGap = gap;
                offset = epoch - before - gap / 2;
            }
        }
        return offset;
    }

    /** Returns the variant of the program that the kernel loaded. */
    public CaptureVariant variant() {
        return new CaptureVariant(readVariant.label(), fallback, argumentSource);
    }

    /** Detaches and unloads the program. Has no effect the second time. */
    @Override
    public void close() {
        attachCloseEntry(false);
        hooks.close();
        while (!cleanup.isEmpty()) {
            cleanup.pop().run();
        }
    }

    private Pointer open(byte[] objectFile, int ownPid, ReadVariant variant, boolean kernelCopies, VerifierLog log) {
        Pointer bytes = Memory.allocateDirect(runtime, objectFile.length);
        bytes.put(0, objectFile, 0, objectFile.length);
        Pointer object = bpf.bpf_object__open_mem(bytes, objectFile.length, log.options());
        if (object == null) {
            throw new CaptureException("libbpf cannot read the capture program: the sensor's jar is damaged");
        }
        Pointer settings = data(object, ".rodata");
        settings.putInt(SETTINGS_READ_VARIANT, variant.ordinal());
        settings.putInt(SETTINGS_OWN_TGID, ownPid);
        settings.putInt(SETTINGS_PREFILTER, prefilterEnabled ? 1 : 0);
        settings.putInt(SETTINGS_PREEMPTIBLE, preemptible ? 1 : 0);
        settings.putInt(SETTINGS_RING_SIZE, ringSize);
        settings.putInt(SETTINGS_KERNEL_COPIES, kernelCopies ? KERNEL_COPIES_SOME : 0);
        COPY_MAPS.forEach(name -> bpf.bpf_map__set_autocreate(map(object, name), kernelCopies));
        bpf.bpf_map__set_max_entries(map(object, "ring"), ringSize);
        bpf.bpf_map__set_autocreate(map(object, PREEMPTION_MARKS_MAP), preemptible);
        if (preemptible) {
            enableFallbackPrograms(object);
        }
        Pointer argumentSpecs = data(object, ".rodata.arguments");
        for (int number = 0; number < SyscallTable.LIMIT; number++) {
            SyscallParameters parameters = SyscallTable.parameters(number);
            if (parameters != null) {
                argumentSpecs.put((long) number * ARGUMENT_SPEC_SIZE, parameters.encode(), 0, ARGUMENT_SPEC_SIZE);
            }
        }
        return object;
    }

    private void enableFallbackPrograms(Pointer object) {
        for (Pointer program = bpf.bpf_object__next_program(object, null);
                program != null;
                program = bpf.bpf_object__next_program(object, program)) {
            if (isFallbackProgram(program)) {
                bpf.bpf_program__set_autoload(program, true);
            }
        }
    }

    private boolean isFallbackProgram(Pointer program) {
        return bpf.bpf_program__name(program).endsWith(FALLBACK_SUFFIX);
    }

    /** Returns true if the program only remembers paths. It also runs for objects that are not paths, so a miss is no loss. */
    private boolean seesNames(Pointer program) {
        String name = bpf.bpf_program__name(program);
        return PATH_COPY_PROGRAMS.contains(name) || name.equals(PUTNAME_PROGRAM);
    }

    /** Enables the programs for tracepoints and functions that not every kernel has, if this kernel has them. */
    private void enableOptionalPrograms(Pointer object, KernelTypes types, ArgumentSource source) {
        int hooksLoaded = 0;
        data(object, ".rodata").putInt(SETTINGS_PATH_COPIES, source.copiesPaths(types) ? 1 : 0);
        for (Pointer program = bpf.bpf_object__next_program(object, null);
                program != null;
                program = bpf.bpf_object__next_program(object, program)) {
            String section = bpf.bpf_program__section_name(program);
            String function = KernelHook.function(section);
            if (function != null) {
                boolean loaded = source == ArgumentSource.HOOKS
                        && types.hasFunction(function)
                        && (!seesNames(program) || source.copiesPaths(types));
                bpf.bpf_program__set_autoload(program, loaded);
                hooksLoaded += loaded && !seesNames(program) ? 1 : 0;
            } else if (!bpf.bpf_program__autoload(program)
                    && !isFallbackProgram(program)
                    && (source == ArgumentSource.PATH_COPIES
                            || !PATH_COPY_PROGRAMS.contains(bpf.bpf_program__name(program)))
                    && section.startsWith(TRACEPOINT_SECTION)
                    && types.hasTracepoint(section.substring(TRACEPOINT_SECTION.length()))) {
                bpf.bpf_program__set_autoload(program, true);
            }
        }
        if (hooksLoaded == KernelHook.values().length) {
            data(object, ".rodata").putInt(SETTINGS_KERNEL_COPIES, KERNEL_COPIES_ALL);
        }
    }

    /**
     * Attaches all programs, fallbacks after primaries, except for the close entry program and the hooks. Returns the close
     * entry program.
     */
    private Pointer attach(Pointer object) {
        Pointer closeEntry = null;
        for (Pointer program = bpf.bpf_object__next_program(object, null);
                program != null;
                program = bpf.bpf_object__next_program(object, program)) {
            KernelHook hook = KernelHook.of(bpf.bpf_program__name(program));
            if (bpf.bpf_program__name(program).equals(CLOSE_ENTRY_PROGRAM)) {
                closeEntry = program;
            } else if (hook != null) {
                if (bpf.bpf_program__autoload(program)) {
                    hooks.add(hook, program);
                }
            } else if (bpf.bpf_program__autoload(program)) {
                Pointer link = link(program);
                if (!seesNames(program)) {
                    lastPrograms.put(bpf.bpf_program__section_name(program), bpf.bpf_program__fd(program));
                }
                cleanup.push(() -> bpf.bpf_link__destroy(link));
            }
        }
        if (closeEntry == null) {
            throw new CaptureException(
                    "the capture program has no program " + CLOSE_ENTRY_PROGRAM + ": the sensor's jar is damaged");
        }
        return closeEntry;
    }

    private Pointer link(Pointer program) {
        Pointer link = bpf.bpf_program__attach(program);
        if (link == null) {
            throw new CaptureException(
                    "cannot attach the program " + bpf.bpf_program__name(program) + " to its tracepoint");
        }
        return link;
    }

    /** Attaches the close entry program only while close events are selected, because it runs at every syscall entry. */
    private void attachCloseEntry(boolean attached) {
        Pointer link = closeEntryLink;
        if (attached && link == null) {
            closeEntryLink = link(closeEntryProgram);
        } else if (!attached && link != null) {
            closeEntryLink = null;
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
            throw new CaptureException(
                    "the capture program has no section " + section + ": the sensor's jar is damaged");
        }
        return Pointer.wrap(runtime, value.address(), size[0]);
    }

    private ByteBuffer mapMemory(int fd, int length, int protection, int offset) {
        Pointer memory = libc.mmap(null, length, protection, MAP_SHARED, fd, offset);
        if (memory == null || memory.address() == -1) {
            throw new CaptureException("cannot map the ring buffer (" + explain(runtime.getLastError()) + ")");
        }
        cleanup.push(() -> libc.munmap(memory, length));
        return MemoryIO.getInstance()
                .newDirectByteBuffer(memory.address(), length)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private long now(int clock) {
        Pointer time = Memory.allocateDirect(runtime, 16, true);
        libc.clock_gettime(clock, time);
        return time.getLong(0) * 1_000_000_000L + time.getLong(8);
    }

    private static byte[] objectInJar() {
        try (InputStream in = CaptureProgram.class.getResourceAsStream(OBJECT)) {
            if (in == null) {
                throw new CaptureException("the sensor was built without its capture program: build it with ./tiercel");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new CaptureException("cannot read the capture program from the sensor's jar: " + e.getMessage(), e);
        }
    }

    private static <T> T library(Class<T> type, @Nullable String name, String remedy) {
        try {
            return NativeFunctions.load(type, name);
        } catch (UnsatisfiedLinkError e) {
            throw new CaptureException("cannot load " + (name == null ? "libc" : name) + ": " + remedy, e);
        }
    }

    private static String explain(int errno) {
        return switch (errno) {
            case 1 -> "EPERM: requires root, or CAP_BPF and CAP_PERFMON";
            case 2, 3 -> "the kernel lacks BTF or a tracepoint";
            case 7 -> "the program is too large for this kernel's verifier";
            case 12 -> "out of memory";
            case 22 -> "EINVAL: this kernel lacks a feature that the program uses";
            case 28 -> "ENOSPC: the verifier rejects the program";
            default -> "error " + errno;
        };
    }

    /** Returns why libbpf cannot be loaded, or null if it can. */
    static @Nullable String libraryProblem() {
        try {
            library(LibBpf.class, "libbpf.so.1", "");
            return null;
        } catch (CaptureException e) {
            return "libbpf.so.1 not found";
        }
    }
}
