package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.hooks.HookTrial;
import io.tiercel.sensor.bpf.hooks.LsmHook;
import io.tiercel.sensor.bpf.hooks.PreemptionTrial;
import io.tiercel.sensor.bpf.hooks.SyscallSource;
import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.host.KernelError;
import io.tiercel.sensor.bpf.host.LibC;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.BpfObject;
import io.tiercel.sensor.bpf.load.CaptureMaps;
import io.tiercel.sensor.bpf.load.CaptureSizes;
import io.tiercel.sensor.bpf.load.KernelTypes;
import io.tiercel.sensor.bpf.load.LibBpf;
import io.tiercel.sensor.bpf.load.LoadedPrograms;
import io.tiercel.sensor.bpf.load.ProgramLoader;
import io.tiercel.sensor.bpf.load.ReadVariant;
import io.tiercel.sensor.bpf.load.RejectedProgram;
import io.tiercel.sensor.bpf.load.TracingLoader;
import io.tiercel.sensor.bpf.record.SyscallParameters;
import io.tiercel.sensor.bpf.record.SyscallTable;
import io.tiercel.sensor.start.StartPhase;
import io.tiercel.sensor.start.StartTimes;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * Loads the capture program in the best form that the kernel accepts.
 *
 * <p>Optional programs are judged one by one: a {@linkplain ProgramGroup group} of which the kernel rejects a program is left
 * out, and all others stay. A form without kernel copies, or a slower variant, is tried only if the kernel rejects a program
 * that the sensor requires.
 */
public final class ObjectLoader {
    private static final System.Logger LOG = System.getLogger(ObjectLoader.class.getName());

    /** Suffix of the fallback programs, which do the work that the kernel did not run the primary program for. */
    private static final String FALLBACK_SUFFIX = "_fallback";

    private static final String PREEMPTION_MARKS_MAP = "preemption_marks";

    /** The memory of the hooks, which requires Linux 5.11. */
    private static final List<String> COPY_MAPS = List.of("changed_files", "address_copies", "installed_files");

    /** The targets of connects, on kernels without hooks. */
    private static final String TARGETS_MAP = "connect_targets";

    /** The memory of the hooks on functions of syscalls. */
    private static final List<String> CALL_HOOK_MAPS =
            List.of("hooked_calls", "running_hooks", "call_hooks_named", "call_hooks_unnamed");

    /** The functions that hooks on syscalls require. A kernel without 32-bit programs lacks that of on_call_i386. */
    private static final List<String> CALL_HOOK_FUNCTIONS =
            List.of("x64_sys_call", "__x64_sys_openat", "__do_sys_setsid", "__secure_computing", "bpf_task_pt_regs");

    private static final String TASK_STORAGE_FUNCTION = "bpf_task_storage_get";

    /** The member of io_uring's requests that holds the result: since Linux 6.0 in the form that the programs read. */
    private static final String IO_URING_RESULT_TYPE = "io_cqe";

    private final Runtime runtime;
    private final LibBpf bpf;
    private final LibC libc;
    private final TracingLoader tracing;
    private final byte[] file;
    private final LoadOptions options;
    private boolean preemptible;

    ObjectLoader(Runtime runtime, LibBpf bpf, LibC libc, TracingLoader tracing, byte[] file, LoadOptions options) {
        this.runtime = runtime;
        this.bpf = bpf;
        this.libc = libc;
        this.tracing = tracing;
        this.file = file;
        this.options = options;
    }

    /**
     * The programs in the best form, and their maps. The caller closes them.
     *
     * @param maps the maps
     * @param programs the programs, which the kernel has accepted
     * @param ioUring the programs that capture requests of io_uring, which are being loaded; null if the kernel does not show these
     *     requests
     * @param variant the form
     * @param callHooks names of the programs that can be loaded later to hook functions of syscalls; empty if hooks are
     *     impossible
     */
    record Loaded(
            CaptureMaps maps,
            LoadedPrograms programs,
            @Nullable IoUringPrograms ioUring,
            CaptureVariant variant,
            Set<String> callHooks) {}

    /** The form of an attempt to load the object. */
    private record Form(ReadVariant variant, boolean hooks, Set<ProgramGroup> leftOut) {
        boolean has(ProgramGroup group) {
            return !leftOut.contains(group);
        }
    }

    /** The names of the programs to load: at once, next to these, and later. */
    private record Selection(Set<String> required, Set<String> ioUring, Set<String> callHooks) {}

    private sealed interface Attempt permits Accepted, Rejected {}

    private record Accepted(
            ArgumentSource source,
            Selection selection,
            CaptureMaps maps,
            LoadedPrograms programs,
            @Nullable IoUringPrograms ioUring)
            implements Attempt {}

    /**
     * A failed attempt.
     *
     * @param error a negative error number
     * @param program the program that the kernel rejected; null if it is not known
     */
    private record Rejected(int error, @Nullable RejectedProgram program) implements Attempt {}

    /**
     * Loads the programs.
     *
     * @throws CaptureException if the kernel rejects a program that the sensor requires, in each form
     */
    Loaded load() {
        long begin = System.nanoTime();
        try (KernelTypes types = new KernelTypes(bpf)) {
            return load(types, begin);
        }
    }

    private Loaded load(KernelTypes types, long beginNanos) {
        Boolean assumed = options.preemptible();
        preemptible = assumed == null ? new PreemptionTrial(runtime, bpf, tracing).isPreemptible(types) : assumed;
        boolean hooksSupported = options.bestSource() == ArgumentSource.HOOKS
                && types.hasFunction(TASK_STORAGE_FUNCTION)
                && HookTrial.succeeds(tracing, types);
        StartTimes.ofProcess().record(StartPhase.KERNEL_TYPES, (System.nanoTime() - beginNanos) / 1e9);
        return StartTimes.ofProcess().measure(StartPhase.PROGRAMS_LOAD, () -> load(types, hooksSupported));
    }

    private Loaded load(KernelTypes types, boolean hooksSupported) {
        @Nullable RejectedProgram fastest = null; // why the kernel does not have the best form
        Rejected last = new Rejected(0, null);
        for (boolean hooks : hooksSupported ? List.of(true, false) : List.of(false)) {
            for (ReadVariant variant : ReadVariant.values()) {
                if (variant.compareTo(options.firstVariant()) < 0 || !variant.isSupportedBy(types)) {
                    continue;
                }
                List<RejectedProgram> rejected = new ArrayList<>();
                switch (load(variant, hooks, types, rejected)) {
                    case Accepted accepted -> {
                        report(variant, hooksSupported && !hooks, fastest, rejected);
                        if (accepted.ioUring == null) {
                            LOG.log(
                                    Level.WARNING,
                                    "this kernel does not show requests of io_uring; Linux 6.0 or newer is required to"
                                            + " capture them");
                        }
                        return loaded(accepted, variant, fastest != null, rejected);
                    }
                    case Rejected failed -> last = failed;
                }
                fastest = fastest == null ? last.program : fastest;
            }
        }
        throw rejection(last);
    }

    private static Loaded loaded(
            Accepted accepted, ReadVariant variant, boolean fallback, List<RejectedProgram> rejected) {
        return new Loaded(
                accepted.maps,
                accepted.programs,
                accepted.ioUring,
                new CaptureVariant(
                        variant.label(), fallback, accepted.source, SyscallSource.TRACEPOINT, false, rejected),
                accepted.selection.callHooks);
    }

    /** Loads one variant, without the optional programs that the kernel rejects, which it adds to `rejected`. */
    private Attempt load(ReadVariant variant, boolean hooks, KernelTypes types, List<RejectedProgram> rejected) {
        Set<ProgramGroup> leftOut = new HashSet<>();
        while (true) {
            Attempt attempt = attempt(new Form(variant, hooks, leftOut), types);
            RejectedProgram program = attempt instanceof Rejected failed ? failed.program : null;
            ProgramGroup group = program == null ? null : ProgramGroup.of(program.name());
            if (program == null || group == null || !leftOut.add(group)) { // each group is left out once
                return attempt;
            }
            rejected.add(program);
        }
    }

    /** Makes an attempt. If it fails with statistics in the logs, it is repeated, because the reason is not there. */
    private Attempt attempt(Form form, KernelTypes types) {
        boolean statistics = LOG.isLoggable(Level.DEBUG);
        Attempt attempt = attempt(form, types, statistics);
        return attempt instanceof Rejected && statistics ? attempt(form, types, false) : attempt;
    }

    /**
     * Creates the maps, and loads the programs that the sensor requires. After that, another thread begins to load those for io_uring,
     * which would only delay the others.
     */
    private Attempt attempt(Form form, KernelTypes types, boolean statistics) {
        ArgumentSource source = argumentSource(form, types);
        try (BpfObject object = open(form)) {
            enableOptionalPrograms(object, form, source, types);
            Selection selection = selection(object, source, types);
            ProgramLoader.Result result =
                    ProgramLoader.load(runtime, bpf, libc, object, selection.required, statistics);
            LoadedPrograms programs = result.programs();
            if (programs == null) {
                return new Rejected(result.error(), result.rejected());
            }
            boolean accepted = false;
            try {
                CaptureMaps maps = new CaptureMaps(runtime, bpf, libc, object);
                IoUringPrograms ioUring = selection.ioUring.isEmpty()
                        ? null
                        : IoUringPrograms.begin(runtime, bpf, tracing, maps, loader(selection.ioUring, maps));
                accepted = true;
                return new Accepted(source, selection, maps, programs, ioUring);
            } finally {
                if (!accepted) {
                    programs.close();
                }
            }
        }
    }

    private ProgramLoader loader(Set<String> programs, CaptureMaps maps) {
        return new ProgramLoader(runtime, bpf, libc, file, programs, maps);
    }

    private static void report(
            ReadVariant variant,
            boolean withoutHooks,
            @Nullable RejectedProgram fastest,
            List<RejectedProgram> rejected) {
        if (fastest != null) {
            LOG.log(
                    Level.WARNING,
                    withoutHooks
                            ? "the kernel rejected the capture program with kernel hooks; using none"
                            : "the kernel rejected a faster variant of the capture program; using variant "
                                    + variant.label());
            report(fastest, "");
        }
        rejected.forEach(ObjectLoader::report);
    }

    /** Logs that the kernel rejected an optional program, and what the sensor lacks without it. */
    static void report(RejectedProgram program) {
        ProgramGroup group = ProgramGroup.of(program.name());
        report(program, group == null ? "" : " " + group.consequence());
    }

    private static void report(RejectedProgram program, String consequence) {
        LOG.log(
                Level.WARNING,
                "the kernel rejected the program " + program.name() + ": " + program.reason() + "." + consequence);
        program.verifierLog().forEach(line -> LOG.log(Level.DEBUG, "verifier: " + line));
    }

    private static CaptureException rejection(Rejected last) {
        RejectedProgram program = last.program;
        if (program != null) {
            program.verifierLog().forEach(line -> LOG.log(Level.DEBUG, "verifier: " + line));
            return new CaptureException("the kernel rejects the program " + program.name() + " ("
                    + KernelError.explain(program.error()) + "): " + program.reason());
        }
        return new CaptureException("the kernel rejects the capture program (" + KernelError.explain(-last.error)
                + "); run `./tiercel doctor` to see what is missing");
    }

    private ArgumentSource argumentSource(Form form, KernelTypes types) {
        if (form.hooks) {
            return ArgumentSource.HOOKS;
        }
        ArgumentSource best = options.bestSource();
        if (best.compareTo(ArgumentSource.PATH_COPIES) <= 0
                && form.has(ProgramGroup.PATH_COPIES)
                && showsFreedPaths(types)) {
            return ArgumentSource.PATH_COPIES;
        }
        return best != ArgumentSource.EXIT && form.has(ProgramGroup.ENTRY_COPIES)
                ? ArgumentSource.ENTRY_AND_EXIT
                : ArgumentSource.EXIT;
    }

    /**
     * Whether the tracepoint {@code kmem_cache_free} shows the kernel's copies of paths: it names the cache (since Linux 6.1), and paths
     * have a cache of their own, in which the text follows the struct (before Linux 7.0).
     */
    public static boolean showsFreedPaths(KernelTypes types) {
        return types.passesStruct("kmem_cache_free", 2, "kmem_cache")
                && types.memberOffset("filename", "uptr") >= 0
                && types.memberOffset("filename", "iname") == types.size("filename");
    }

    private BpfObject open(Form form) {
        BpfObject object = new BpfObject(runtime, bpf, file);
        Pointer settings = object.data(".rodata");
        CaptureSizes sizes = options.sizes();
        settings.putInt(SETTINGS_READ_VARIANT, form.variant.ordinal());
        settings.putInt(SETTINGS_OWN_TGID, options.ownPid());
        settings.putInt(SETTINGS_PREFILTER, options.prefilter() ? 1 : 0);
        settings.putInt(SETTINGS_PREEMPTIBLE, preemptible ? 1 : 0);
        settings.putInt(SETTINGS_RING_SIZE, sizes.ring());
        settings.putInt(SETTINGS_PAGE_SIZE, libc.getpagesize());
        settings.putInt(SETTINGS_KERNEL_COPIES, form.hooks ? KERNEL_COPIES_SOME : 0);
        COPY_MAPS.forEach(name -> bpf.bpf_map__set_autocreate(object.map(name), form.hooks));
        bpf.bpf_map__set_max_entries(object.map("ring"), sizes.ring());
        bpf.bpf_map__set_max_entries(object.map("call_memories"), sizes.callMemories());
        bpf.bpf_map__set_max_entries(object.map("long_texts"), sizes.longTexts());
        bpf.bpf_map__set_max_entries(object.map("process_budgets"), sizes.processBudgets());
        bpf.bpf_map__set_max_entries(object.map("account_budgets"), sizes.accountBudgets());
        bpf.bpf_map__set_autocreate(object.map(PREEMPTION_MARKS_MAP), preemptible);
        Pointer argumentSpecs = object.data(".rodata.arguments");
        for (int number = 0; number < SyscallTable.LIMIT; number++) {
            SyscallParameters parameters = SyscallTable.parameters(number);
            if (parameters != null) {
                argumentSpecs.put((long) number * ARGUMENT_SPEC_SIZE, parameters.encode(), 0, ARGUMENT_SPEC_SIZE);
            }
        }
        return object;
    }

    private boolean allowsCallHooks(ArgumentSource source, KernelTypes types) {
        return source == ArgumentSource.HOOKS
                && !preemptible
                && CALL_HOOK_FUNCTIONS.stream().allMatch(types::hasFunction);
    }

    private Selection selection(BpfObject object, ArgumentSource source, KernelTypes types) {
        Set<String> required = object.programs().stream()
                .filter(bpf::bpf_program__autoload)
                .map(bpf::bpf_program__name)
                .collect(Collectors.toSet());
        return new Selection(required, ioUring(object, types), callHooks(object, source, types));
    }

    /** Returns the programs to load later: all whose function the kernel has. */
    private Set<String> callHooks(BpfObject object, ArgumentSource source, KernelTypes types) {
        Set<String> programs = new HashSet<>();
        for (Pointer program : object.programs()) {
            String name = bpf.bpf_program__name(program);
            String function = LsmHook.function(bpf.bpf_program__section_name(program));
            boolean attached =
                    bpf.bpf_program__autoload(program); // without its reader of the preemption mode, no hooks
            if (ProgramGroup.isCallHook(name) && function == null && !attached) {
                return Set.of();
            }
            if (ProgramGroup.isCallHook(name) && function != null && types.hasFunction(function)) {
                programs.add(name);
            }
        }
        return allowsCallHooks(source, types) ? programs : Set.of();
    }

    /** Returns the programs for io_uring whose tracepoint the kernel has. */
    private Set<String> ioUring(BpfObject object, KernelTypes types) {
        Set<String> programs = new HashSet<>();
        for (Pointer program : object.programs()) {
            String name = bpf.bpf_program__name(program);
            if (ProgramGroup.IO_URING.equals(ProgramGroup.of(name))
                    && types.hasStruct(IO_URING_RESULT_TYPE)
                    && types.hasTracepoint(tracepoint(program))) {
                programs.add(name);
            }
        }
        return programs.contains(IoUringPrograms.RECORDER) ? programs : Set.of();
    }

    private String tracepoint(Pointer program) {
        String section = bpf.bpf_program__section_name(program);
        return section.substring(section.indexOf('/') + 1);
    }

    /** Enables the programs for tracepoints and functions that not every kernel has, if this kernel has them. */
    private void enableOptionalPrograms(BpfObject object, Form form, ArgumentSource source, KernelTypes types) {
        boolean pathCopies = source.copiesPaths(types) && form.has(ProgramGroup.PATH_COPIES);
        boolean callHooks = allowsCallHooks(source, types) && form.has(ProgramGroup.CALL_HOOKS);
        CALL_HOOK_MAPS.forEach(name -> bpf.bpf_map__set_autocreate(object.map(name), callHooks));
        bpf.bpf_map__set_autocreate(object.map(TARGETS_MAP), pathCopies && !form.hooks);
        object.data(".rodata").putInt(SETTINGS_CALL_HOOKS, callHooks ? 1 : 0);
        int hooksLoaded = 0;
        object.data(".rodata").putInt(SETTINGS_PATH_COPIES, pathCopies ? 1 : 0);
        object.data(".rodata").putInt(SETTINGS_ENTRY_COPIES, source == ArgumentSource.ENTRY_AND_EXIT ? 1 : 0);
        for (Pointer program : object.programs()) {
            String name = bpf.bpf_program__name(program);
            String function = LsmHook.function(bpf.bpf_program__section_name(program));
            ProgramGroup group = ProgramGroup.of(name);
            boolean wanted = group == null || form.has(group);
            if (name.endsWith(FALLBACK_SUFFIX)) {
                bpf.bpf_program__set_autoload(program, preemptible);
            } else if (ProgramGroup.isCallHook(name)) {
                bpf.bpf_program__set_autoload(program, callHooks && function == null);
            } else if (function != null) {
                boolean loaded = wanted
                        && source == ArgumentSource.HOOKS
                        && types.hasFunction(function)
                        && (!ProgramGroup.isPathCopy(name) || pathCopies);
                bpf.bpf_program__set_autoload(program, loaded);
                hooksLoaded += loaded && !ProgramGroup.isPathCopy(name) ? 1 : 0;
            } else if (group != null) {
                boolean loaded = wanted
                        && (!ProgramGroup.isPathCopy(name) || source == ArgumentSource.PATH_COPIES)
                        && (!group.equals(ProgramGroup.ENTRY_COPIES) || source == ArgumentSource.ENTRY_AND_EXIT)
                        && !group.equals(ProgramGroup.IO_URING) // loaded next
                        && types.hasTracepoint(tracepoint(program));
                bpf.bpf_program__set_autoload(program, loaded);
            }
        }
        if (hooksLoaded == LsmHook.values().length) {
            object.data(".rodata").putInt(SETTINGS_KERNEL_COPIES, KERNEL_COPIES_ALL);
        }
    }
}
