package io.tiercel.sensor.bpf.hooks;

import io.tiercel.sensor.bpf.load.Instructions;
import io.tiercel.sensor.bpf.load.KernelTypes;
import io.tiercel.sensor.bpf.load.LibBpf;
import io.tiercel.sensor.bpf.load.TracingLoader;
import java.lang.System.Logger.Level;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Finds out whether tasks can be preempted inside tracepoint programs (bpf/preemption_guard.h). A kernel that allows it must keep the task
 * on its CPU, and counts that in the task. A program at two tracepoints reads the count. So the answer is right for kernels with
 * backported changes too, whose releases say nothing.
 */
public final class PreemptionTrial {
    /** The kernel function that the guard needs. Without it, there is nothing to decide. */
    static final String DISABLE = "bpf_preempt_disable";

    /** A member of {@code task_struct}, 16 bits: how often the kernel keeps the task on its CPU. */
    static final String COUNT = "migration_disabled";

    /**
     * Tracepoints of both kinds that the kernel has. The allocator runs when the program is attached to the second one, which runs at the
     * next syscall.
     */
    private static final List<String> TRACEPOINTS = List.of("kmem_cache_alloc", "sys_enter");

    private static final int MAP_TYPE_ARRAY = 2;
    private static final int KEY_SIZE = 4;
    private static final int VALUE_SIZE = 8;
    private static final int CURRENT_TASK = 158; // bpf_get_current_task_btf

    /** What the program has seen. */
    enum Result {
        /** A tracepoint keeps the task on its CPU, so the task can be preempted. */
        PREEMPTIBLE,
        /** The tracepoints disable preemption. */
        PROTECTED,
        /** The kernel rejects the program, or does not count. */
        UNKNOWN
    }

    private final Runtime runtime;
    private final LibBpf bpf;
    private final TracingLoader loader;

    public PreemptionTrial(Runtime runtime, LibBpf bpf, TracingLoader loader) {
        this.runtime = runtime;
        this.bpf = bpf;
        this.loader = loader;
    }

    /**
     * Returns whether the capture program must guard against preemption. An unknown answer counts as true, because the guard is also correct
     * on other kernels that have {@link #DISABLE}.
     */
    public boolean isPreemptible(KernelTypes types) {
        if (!types.hasFunction(DISABLE)) {
            return false;
        }
        Result result = run(types);
        if (result == Result.PROTECTED) {
            return false;
        }
        // Without the privileges to load programs, the answer is unknown as well, and the error that follows says why.
        System.getLogger(PreemptionTrial.class.getName())
                .log(
                        result == Result.PREEMPTIBLE ? Level.INFO : Level.DEBUG,
                        result == Result.PREEMPTIBLE
                                ? "tasks can be preempted inside tracepoint programs"
                                : "it is not known whether tracepoint programs can be preempted; assuming that they can");
        return true;
    }

    /** Attaches the program for a moment. */
    Result run(KernelTypes types) {
        int count = types.memberOffset("task_struct", COUNT);
        int map = count < 0 ? -1 : bpf.bpf_map_create(MAP_TYPE_ARRAY, "tiercel_trial", KEY_SIZE, VALUE_SIZE, 1, null);
        if (map < 0) {
            return Result.UNKNOWN;
        }
        try {
            return attach(types, map, count, 0) ? seen(map) : Result.UNKNOWN;
        } finally {
            loader.close(map);
        }
    }

    /** Attaches the program to the tracepoints from an index, and detaches it. Returns false if the kernel refuses. */
    private boolean attach(KernelTypes types, int map, int count, int index) {
        if (index == TRACEPOINTS.size()) {
            return true;
        }
        int tracepoint = types.tracepoint(TRACEPOINTS.get(index));
        int program = tracepoint <= 0
                ? -1
                : loader.load(TracingLoader.RAW_TRACEPOINT, tracepoint, program(map, count, index));
        if (program < 0) {
            return false;
        }
        int link = loader.attach(program);
        boolean attached = link >= 0 && attach(types, map, count, index + 1);
        if (link >= 0) {
            loader.close(link);
        }
        loader.close(program);
        return attached;
    }

    /** Sets the byte 2 * index of the map if the count is zero, otherwise the next one. */
    private static long[] program(int map, int count, int index) {
        return new Instructions()
                .loadMapValue(6, map)
                .callHelper(CURRENT_TASK)
                .loadShort(7, 0, count)
                .jumpIfNot(7, 0, 2)
                .storeByte(6, 2 * index, 1)
                .jump(1)
                .storeByte(6, 2 * index + 1, 1)
                .returnZero()
                .toArray();
    }

    /**
     * Evaluates the map. Some tasks are kept on their CPU for other reasons when they reach a tracepoint. But if one is not, the
     * tracepoint does not do it.
     */
    private Result seen(int map) {
        Pointer key = Memory.allocateDirect(runtime, KEY_SIZE, true);
        Pointer value = Memory.allocateDirect(runtime, VALUE_SIZE, true);
        if (bpf.bpf_map_lookup_elem(map, key, value) != 0) {
            return Result.UNKNOWN;
        }
        Result result = Result.PROTECTED;
        for (int index = 0; index < TRACEPOINTS.size(); index++) {
            boolean zero = value.getByte(2L * index) != 0;
            boolean counted = value.getByte(2L * index + 1) != 0;
            if (counted && !zero) {
                return Result.PREEMPTIBLE;
            }
            if (!zero) {
                result = Result.UNKNOWN;
            }
        }
        return result;
    }
}
