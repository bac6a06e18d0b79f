package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import com.kenai.jffi.MemoryIO;
import io.tiercel.sensor.bpf.hooks.ExitTracepoint;
import io.tiercel.sensor.bpf.hooks.KernelPreemption;
import io.tiercel.sensor.bpf.hooks.LsmHook;
import io.tiercel.sensor.bpf.hooks.LsmHookLinks;
import io.tiercel.sensor.bpf.hooks.SyscallExits;
import io.tiercel.sensor.bpf.hooks.SyscallHookFailures;
import io.tiercel.sensor.bpf.hooks.SyscallHookLoader;
import io.tiercel.sensor.bpf.hooks.SyscallHookPlanner;
import io.tiercel.sensor.bpf.host.BootPreemption;
import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.host.KernelError;
import io.tiercel.sensor.bpf.host.LibC;
import io.tiercel.sensor.bpf.host.NativeFunctions;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.CaptureMaps;
import io.tiercel.sensor.bpf.load.CaptureSizes;
import io.tiercel.sensor.bpf.load.CompiledObject;
import io.tiercel.sensor.bpf.load.LibBpf;
import io.tiercel.sensor.bpf.load.LoadedProgram;
import io.tiercel.sensor.bpf.load.LoadedPrograms;
import io.tiercel.sensor.bpf.load.ProgramInfo;
import io.tiercel.sensor.bpf.load.ProgramLoader;
import io.tiercel.sensor.bpf.load.ReadVariant;
import io.tiercel.sensor.bpf.load.RejectedProgram;
import io.tiercel.sensor.bpf.load.RingBuffer;
import io.tiercel.sensor.bpf.load.TracingLoader;
import io.tiercel.sensor.bpf.record.SyscallTable;
import io.tiercel.sensor.start.StartPhase;
import io.tiercel.sensor.start.StartTimes;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
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

    private static final String CLOSE_ENTRY_PROGRAM = "on_close_enter";

    private static final Path PROC = Path.of("/proc");

    /** The programs that see the ends of syscalls start so. */
    private static final String EXIT_PROGRAM = "on_sys_exit";

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
    private final TracingLoader tracing;
    private final LoadedProgram closeEntryProgram;
    private @Nullable Integer closeEntryLink;
    private final LsmHookLinks hooks;
    private final SyscallExits exits;
    private final @Nullable KernelPrefilter prefilter;
    private final int lossCountersMap;
    private final LossGroupMap lossGroups;
    private final KnownFileMap knownFiles;
    private final ProgramInfo programInfo;

    /** By tracepoint, the file descriptor of the last program: the kernel counts its recursion misses as lost events. */
    private final Map<String, Integer> lastPrograms = new HashMap<>();

    /** The programs for io_uring until {@link #complete} attaches them; null if there are none, or they are attached. */
    private @Nullable IoUringPrograms pendingIoUring;

    private CaptureVariant variant;

    /**
     * Loads and attaches the program. It captures state from now on, and events once their types are {@linkplain
     * #selectEventTypes selected}. Requests of io_uring are captured once it is {@linkplain #complete complete}.
     *
     * @param ownPid the process whose own syscalls are not events
     * @param prefilterEnabled whether the program has a {@linkplain #prefilter prefilter}
     * @param sizes sizes of its memory
     * @throws CaptureException if libbpf is missing or the kernel rejects the program
     */
    public CaptureProgram(int ownPid, boolean prefilterEnabled, CaptureSizes sizes) {
        this(ownPid, prefilterEnabled, sizes, ArgumentSource.HOOKS);
    }

    /**
     * The same with a limit for the source of arguments.
     *
     * @param bestSource the best source to use
     */
    public CaptureProgram(int ownPid, boolean prefilterEnabled, CaptureSizes sizes, ArgumentSource bestSource) {
        this(
                CompiledObject.read(),
                new LoadOptions(ownPid, prefilterEnabled, sizes, bestSource, ReadVariant.TYPED, null));
    }

    /** Loads an object file. */
    CaptureProgram(byte[] objectFile, LoadOptions options) {
        int ringSize = options.sizes().ring();
        runtime = Runtime.getSystemRuntime();
        bpf = library(LibBpf.class, "libbpf.so.1", "install Debian's package libbpf1");
        programInfo = new ProgramInfo(runtime, bpf);
        libc = library(LibC.class, null, "the C library is required");
        tracing = new TracingLoader(runtime, bpf, libc);
        hooks = new LsmHookLinks(tracing);
        if (System.getenv("TIERCEL_DEBUG") == null) { // otherwise libbpf writes its messages to standard error
            bpf.libbpf_set_print(null);
        }
        try {
            long start = System.nanoTime();
            ObjectLoader.Loaded loaded = new ObjectLoader(runtime, bpf, libc, tracing, objectFile, options).load();
            LOG.log(Level.DEBUG, "loaded the capture program in " + (System.nanoTime() - start) / 1_000_000 + " ms");
            long loadedNanos = System.nanoTime();
            CaptureMaps maps = loaded.maps();
            cleanup.push(maps::close);
            pendingIoUring = loaded.ioUring();
            if (pendingIoUring != null) {
                cleanup.push(pendingIoUring::close);
            }
            cleanup.push(loaded.programs()::close);
            variant = loaded.variant();
            config = maps.config();
            lossCountersMap = maps.descriptor("loss_counters");
            lossGroups = new LossGroupMap(runtime, bpf, maps.descriptor("loss_groups"));
            knownFiles = new KnownFileMap(runtime, bpf, maps.descriptor("known_files"));
            int ringMap = maps.descriptor("ring");
            int page = libc.getpagesize();
            ring = new RingBuffer(
                    mapMemory(ringMap, page, PROT_READ_WRITE, 0),
                    mapMemory(ringMap, page + ringSize, PROT_READ, page),
                    ringSize);
            pollDescriptor = Memory.allocateDirect(runtime, 8, true);
            pollDescriptor.putInt(0, ringMap);
            pollDescriptor.putShort(4, POLLIN);
            for (int number : SyscallTable.stateSyscalls()) {
                config.putByte(
                        CAPTURE_CONFIG_SYSCALL_FLAGS + number, (byte) (SYSCALL_STATE | SyscallTable.kindFlags(number)));
            }
            prefilter = options.prefilter()
                    ? new KernelPrefilter(runtime, bpf, config, maps::mapTables, maps::descriptor)
                    : null;
            exits = exits(loaded.programs(), callHookLoader(objectFile, loaded), options.ownPid());
            cleanup.push(exits::close);
            closeEntryProgram = attach(loaded.programs());
            StartTimes.ofProcess().record(StartPhase.ATTACH, (System.nanoTime() - loadedNanos) / 1e9);
            LOG.log(
                    Level.INFO,
                    "source of paths and addresses: " + variant.arguments().description());
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Attaches the programs for io_uring as soon as the kernel has accepted them. Does not wait.
     *
     * @return true if the program is complete: all programs are attached that the kernel accepts
     * @throws CaptureException if the kernel does not attach them
     */
    public boolean completeIfLoaded() {
        IoUringPrograms ioUring = pendingIoUring;
        if (ioUring != null && ioUring.isDecided()) {
            complete();
        }
        return pendingIoUring == null;
    }

    /**
     * Waits for the programs for io_uring, and attaches them. Has no effect the second time.
     *
     * @throws CaptureException if the kernel does not attach them
     */
    public void complete() {
        IoUringPrograms ioUring = pendingIoUring;
        if (ioUring == null) {
            return;
        }
        pendingIoUring = null;
        RejectedProgram rejected = ioUring.rejected();
        variant = variant.withIoUring(rejected);
        if (rejected != null) {
            ObjectLoader.report(rejected);
        }
        lastPrograms.putAll(ioUring.attach());
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
        exits.select(
                SyscallTable.capturedSyscalls(names),
                () -> SyscallTable.numbersByEventType().forEach((name, numbers) -> {
                    for (int number : numbers) {
                        config.putByte(
                                CAPTURE_CONFIG_SYSCALL_FLAGS + number, SyscallTable.captureFlags(name, number, names));
                    }
                }));
        config.putByte(CAPTURE_CONFIG_THREAD_EXITS, (byte) (eventTypes.contains("procexit") ? 1 : 0));
    }

    /** Returns the prefilter, or null if the program was loaded without it. */
    public @Nullable KernelPrefilter prefilter() {
        return prefilter;
    }

    /** Returns the files that rules name. */
    public KnownFileMap knownFiles() {
        return knownFiles;
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
        return new LossCounters(counters, recursionMisses(), exits.earlierCalls());
    }

    /** Returns the processes that lost records since the last call, at most {@link io.tiercel.sensor.bpf.record.RecordLayout#MAX_LOSS_GROUPS}. */
    public List<LossGroup> takeLossGroups() {
        return lossGroups.take();
    }

    /** Returns how often the kernel ran neither the primary nor the fallback program, or not the hook, since the start. */
    private long recursionMisses() {
        return exits.hookMisses()
                + lastPrograms.values().stream()
                        .mapToLong(programInfo::recursionMisses)
                        .sum();
    }

    /** Returns how often hooks on syscalls stopped working since the start, because somebody with all rights turned them off. */
    public SyscallHookFailures hookFailures() {
        return exits.failures();
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

    /** Returns the variant of the program that the kernel loaded, as far as it is {@linkplain #complete complete}. */
    public CaptureVariant variant() {
        return variant.seenBy(exits.source());
    }

    /** Returns why all syscalls are slower while the program is attached, a clause for people; null if they are not. */
    @Nullable
    String hookObstacle() {
        return exits.obstacle(SyscallTable.stateSyscalls());
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

    private @Nullable SyscallHookLoader callHookLoader(byte[] objectFile, ObjectLoader.Loaded loaded) {
        return loaded.callHooks().isEmpty()
                ? null
                : new SyscallHookLoader(
                        runtime,
                        bpf,
                        tracing,
                        loaded.maps(),
                        new ProgramLoader(runtime, bpf, libc, objectFile, loaded.callHooks(), loaded.maps()),
                        config);
    }

    private SyscallExits exits(LoadedPrograms programs, @Nullable SyscallHookLoader loader, int ownPid) {
        List<LoadedProgram> tracepoint = programs.all().stream()
                .filter(program -> program.name().startsWith(EXIT_PROGRAM))
                .toList();
        BootPreemption boot = new BootPreemption(PROC, System.getProperty("os.version"));
        KernelPreemption preemption = programs.find(KernelPreemption.PROGRAM)
                .map(program -> new KernelPreemption(tracing, config, program, boot))
                .orElse(null);
        return new SyscallExits(
                new ExitTracepoint(tracing, config, tracepoint),
                loader,
                new SyscallHookPlanner(PROC, preemption),
                ownPid);
    }

    /**
     * Attaches all programs, fallbacks after primaries, except for the close entry program, the hooks and the ends of
     * syscalls. Returns the close entry program.
     */
    private LoadedProgram attach(LoadedPrograms programs) {
        for (LoadedProgram program : programs.all()) {
            String name = program.name();
            LsmHook hook = LsmHook.of(name);
            if (hook != null) {
                hooks.add(hook, program);
            } else if (name.startsWith(EXIT_PROGRAM)) {
                lastPrograms.put(program.section(), program.descriptor());
            } else if (!name.equals(CLOSE_ENTRY_PROGRAM) && !ProgramGroup.isCallHook(name)) {
                int link = tracing.attach(program);
                cleanup.push(() -> tracing.close(link));
                if (!ProgramGroup.onlyRemembers(name)) {
                    lastPrograms.put(program.section(), program.descriptor());
                }
            }
        }
        return programs.find(CLOSE_ENTRY_PROGRAM)
                .orElseThrow(() -> new CaptureException(
                        "the capture program has no program " + CLOSE_ENTRY_PROGRAM + ": the sensor's jar is damaged"));
    }

    /** Attaches the close entry program only while close events are selected, because it runs at every syscall entry. */
    private void attachCloseEntry(boolean attached) {
        Integer link = closeEntryLink;
        if (attached && link == null) {
            closeEntryLink = tracing.attach(closeEntryProgram);
        } else if (!attached && link != null) {
            closeEntryLink = null;
            tracing.close(link);
        }
    }

    private ByteBuffer mapMemory(int fd, int length, int protection, int offset) {
        Pointer memory = libc.mmap(null, length, protection, MAP_SHARED, fd, offset);
        if (memory == null || memory.address() == -1) {
            throw new CaptureException(
                    "cannot map the ring buffer (" + KernelError.explain(runtime.getLastError()) + ")");
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

    private static <T> T library(Class<T> type, @Nullable String name, String remedy) {
        try {
            return NativeFunctions.load(type, name);
        } catch (UnsatisfiedLinkError e) {
            throw new CaptureException("cannot load " + (name == null ? "libc" : name) + ": " + remedy, e);
        }
    }

    /** Returns why libbpf cannot be loaded, or null if it can. */
    public static @Nullable String libraryProblem() {
        try {
            library(LibBpf.class, "libbpf.so.1", "");
            return null;
        } catch (CaptureException e) {
            return "libbpf.so.1 not found";
        }
    }
}
