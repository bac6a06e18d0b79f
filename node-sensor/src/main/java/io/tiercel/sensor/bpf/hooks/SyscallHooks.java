package io.tiercel.sensor.bpf.hooks;

import static io.tiercel.sensor.bpf.record.RecordLayout.CAPTURE_CONFIG_HOOK_GENERATION;
import static io.tiercel.sensor.bpf.record.RecordLayout.CAPTURE_CONFIG_HOOK_MISSES;

import io.tiercel.sensor.bpf.hooks.SyscallHookPlan.Target;
import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.host.KernelError;
import io.tiercel.sensor.bpf.load.AttachedLink;
import io.tiercel.sensor.bpf.load.CaptureMaps;
import io.tiercel.sensor.bpf.load.LibBpf;
import io.tiercel.sensor.bpf.load.LoadedProgram;
import io.tiercel.sensor.bpf.load.LoadedPrograms;
import io.tiercel.sensor.bpf.load.ProgramInfo;
import io.tiercel.sensor.bpf.load.TracingLoader;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * The hooks on functions of syscalls: a stub for each function, and the programs that are hooks themselves
 * (bpf/syscall_hooks.h). Not thread-safe.
 */
final class SyscallHooks implements AutoCloseable {
    static final String NAMED_PROGRAM = "on_call_named";
    static final String UNNAMED_PROGRAM = "on_call_unnamed";

    /** Attached as they are: for the syscalls of 32-bit programs, and for those that seccomp refuses. */
    private static final Set<String> WHOLE_PROGRAMS = Set.of("on_call_i386", "on_call_refused");

    private record Stub(int program, AttachedLink link, int number) {}

    private final LibBpf bpf;
    private final TracingLoader loader;
    private final ProgramInfo info;
    private final LoadedPrograms programs;
    private final Pointer config;
    private final List<LoadedProgram> wholePrograms;
    private final Map<Boolean, Integer> bodies = new HashMap<>();
    private final Map<String, Stub> stubs = new HashMap<>();
    private final Map<LoadedProgram, AttachedLink> wholeLinks = new HashMap<>();
    private long closedMisses;

    /** Prepares loaded programs, and closes them in the end. */
    SyscallHooks(
            Runtime runtime,
            LibBpf bpf,
            TracingLoader loader,
            CaptureMaps maps,
            LoadedPrograms programs,
            Pointer config) {
        this.bpf = bpf;
        this.loader = loader;
        this.info = new ProgramInfo(runtime, bpf);
        this.programs = programs;
        this.config = config;
        wholePrograms = programs.all().stream()
                .filter(program -> WHOLE_PROGRAMS.contains(program.name()))
                .toList();
        bodies.put(true, body(runtime, NAMED_PROGRAM, maps.descriptor("call_hooks_named")));
        bodies.put(false, body(runtime, UNNAMED_PROGRAM, maps.descriptor("call_hooks_unnamed")));
    }

    /** Puts a program into the array that stubs call, and returns the file descriptor of the array. */
    private int body(Runtime runtime, String name, int array) {
        LoadedProgram program = programs.find(name)
                .orElseThrow(() -> new CaptureException("the capture program has no program " + name));
        Pointer key = Memory.allocateDirect(runtime, 4, true);
        Pointer value = Memory.allocateDirect(runtime, 4, true);
        value.putInt(0, program.descriptor());
        int error = bpf.bpf_map_update_elem(array, key, value, 0);
        if (error != 0) {
            throw new CaptureException("cannot prepare hooks on syscalls (" + KernelError.explain(-error) + ")");
        }
        return array;
    }

    /**
     * Attaches the hooks for 32-bit programs and for refused syscalls. Has no effect the second time.
     *
     * @return why the kernel does not allow it, a clause for people; null if it does
     */
    @Nullable
    String attachWholePrograms() {
        for (LoadedProgram program : wholePrograms) {
            if (!wholeLinks.containsKey(program)) {
                int link = loader.attach(program.descriptor());
                if (link < 0) {
                    return "the kernel refuses the hook " + program.name() + " (" + KernelError.explain(-link) + ")";
                }
                wholeLinks.put(program, AttachedLink.of(link, info::linkId));
            }
        }
        return null;
    }

    /**
     * Attaches a stub. Has no effect if the function has one.
     *
     * @return why the kernel does not allow it, a clause for people; null if it does
     */
    @Nullable
    String attach(String function, Target target) {
        if (stubs.containsKey(function)) {
            return null;
        }
        int program = loader.load(TracingLoader.FEXIT, target.id(), tailCall(bodies.getOrDefault(target.named(), -1)));
        int link = program < 0 ? program : loader.attach(program);
        if (link < 0) {
            if (program >= 0) {
                loader.close(program);
            }
            return "the kernel refuses a hook on " + function + " (" + KernelError.explain(-link) + ")";
        }
        stubs.put(function, new Stub(program, AttachedLink.of(link, info::linkId), target.number()));
        return null;
    }

    /** A program that continues with the first program of an array. */
    private static long[] tailCall(int array) {
        return new long[] {
            0x18 | 2 << 8 | 1 << 12 | (long) array << 32, // r2 = the array
            0,
            0xb7 | 3 << 8, // r3 = 0, the index
            0x85 | 12L << 32, // tail call
            0xb7, // r0 = 0
            0x95 // exit
        };
    }

    /** Detaches the stubs of all other functions. Their syscalls are not wanted any more. */
    void retain(Set<String> functions) {
        Iterator<Map.Entry<String, Stub>> all = stubs.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, Stub> entry = all.next();
            if (!functions.contains(entry.getKey())) {
                detach(entry.getValue());
                all.remove();
            }
        }
    }

    private void detach(Stub stub) {
        closedMisses += info.recursionMisses(stub.program);
        loader.close(stub.link.descriptor());
        loader.close(stub.program);
        long at = CAPTURE_CONFIG_HOOK_GENERATION + stub.number;
        config.putByte(at, (byte) (config.getByte(at) + 1));
    }

    /**
     * Returns true if all hooks are attached. Forgets those that somebody with all rights has detached, without closing their
     * file descriptors, which may belong to other files now.
     */
    boolean areAttached() {
        int before = stubs.size() + wholeLinks.size();
        stubs.values().removeIf(stub -> !stub.link.isAttached(info::linkId));
        wholeLinks.values().removeIf(link -> !link.isAttached(info::linkId));
        return stubs.size() + wholeLinks.size() == before;
    }

    /** Returns how many calls were not recorded because a task was preempted in a hook. */
    long misses() {
        IntStream programs = IntStream.concat(
                stubs.values().stream().mapToInt(Stub::program),
                wholeLinks.keySet().stream().mapToInt(LoadedProgram::descriptor));
        return config.getLong(CAPTURE_CONFIG_HOOK_MISSES)
                + closedMisses
                + programs.mapToLong(info::recursionMisses).sum();
    }

    @Override
    public void close() {
        retain(Set.of());
        wholeLinks.values().forEach(link -> loader.close(link.descriptor()));
        wholeLinks.clear();
        programs.close();
    }
}
