package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.RecordLayout.CAPTURE_CONFIG_EXIT_TRACEPOINT;

import io.tiercel.sensor.thread.SupervisedThread;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The programs that see the ends of syscalls: those of the tracepoint, and hooks on the functions of the wanted syscalls
 * (bpf/call_hooks.h). The tracepoint is attached from the start and whenever a wanted syscall has no hook. A thread
 * attaches hooks, and then detaches the tracepoint. What both see is recorded once, so nothing is lost or doubled.
 *
 * <p>Thread-safe. The lock is never held while something waits.
 */
final class SyscallExits implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SyscallExits.class.getName());

    private static final String STOPS = "the sensor stops";
    private static final String NO_HOOKS = CpuArchitecture.current() == CpuArchitecture.X86_64
            ? "the kernel does not allow hooks on its functions"
            : "hooks on functions of syscalls exist for x86-64 only";

    /** Calls that began before the hooks end in this time, or wait. */
    private static final Duration SETTLING = Duration.ofSeconds(2);

    private static final int SCANS_WHILE_SETTLING = 2;
    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(2);

    /** How long calls that began before the hooks keep the tracepoint attached. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /** How often the thread checks that the kernel still runs hooks. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final LibBpf bpf;
    private final Pointer config;
    private final List<Pointer> tracepointPrograms;
    private final @Nullable CallHookLoader loader;
    private final HookPlanner planner;
    private final int ownPid;
    private final List<Pointer> tracepointLinks = new ArrayList<>();
    private @Nullable SupervisedThread thread;
    private @Nullable CallHooks hooks;
    private @Nullable String rejection;
    private Set<Integer> wanted = Set.of();
    private Set<Integer> hooked = Set.of();
    private int selections;
    private boolean closed;

    /**
     * Attaches the tracepoint.
     *
     * @param tracepointPrograms the programs of the tracepoint, fallback last
     * @param loader loads the hooks; null if the kernel does not allow hooks
     * @param planner plans the hooks
     * @param ownPid the process that is not captured
     */
    SyscallExits(
            LibBpf bpf,
            Pointer config,
            List<Pointer> tracepointPrograms,
            @Nullable CallHookLoader loader,
            HookPlanner planner,
            int ownPid) {
        this.bpf = bpf;
        this.config = config;
        this.tracepointPrograms = List.copyOf(tracepointPrograms);
        this.loader = loader;
        this.planner = planner;
        this.ownPid = ownPid;
        attachTracepoint();
    }

    /**
     * Changes which syscalls are captured.
     *
     * @param syscalls numbers of all wanted syscalls
     * @param change makes the programs record them
     */
    synchronized void select(Set<Integer> syscalls, Runnable change) {
        boolean covered = hooked.containsAll(syscalls) && tracepointLinks.isEmpty();
        if (!covered) {
            hooked = Set.of();
            attachTracepoint();
        }
        change.run();
        if (covered && wanted.equals(syscalls)) {
            return;
        }
        wanted = Set.copyOf(syscalls);
        selections++;
        notifyAll();
        if (loader == null && selections == 1) {
            logObstacle(NO_HOOKS);
        } else if (loader != null && thread == null && !closed) {
            thread = SupervisedThread.start("syscall-hooks", this::attachHooks);
        }
    }

    /** Returns which programs see the ends of syscalls. Hooks count once the tracepoint is detached. */
    synchronized SyscallSource source() {
        return tracepointLinks.isEmpty() ? SyscallSource.FUNCTIONS : SyscallSource.TRACEPOINT;
    }

    /** Returns how many calls were not recorded because a task was preempted in a hook. */
    synchronized long hookMisses() {
        return hooks == null || closed ? 0 : hooks.misses();
    }

    /** Returns why hooks cannot see all ends of these syscalls, a clause for people; null if they can. */
    @Nullable
    String obstacle(Set<Integer> syscalls) {
        String obstacle = loader == null ? NO_HOOKS : planner.plan(syscalls).obstacle();
        return obstacle == null ? loadHooks() : obstacle;
    }

    /** Detaches all programs. */
    @Override
    public synchronized void close() {
        closed = true;
        if (thread != null) {
            thread.stop();
        }
        planner.close();
        if (hooks != null) {
            hooks.close();
        }
        detachTracepoint();
    }

    private void attachTracepoint() {
        if (!tracepointLinks.isEmpty() || closed) {
            return;
        }
        config.putInt(CAPTURE_CONFIG_EXIT_TRACEPOINT, 1);
        for (Pointer program : tracepointPrograms) {
            Pointer link = bpf.bpf_program__attach(program);
            if (link == null) {
                throw new CaptureException("cannot attach the program " + bpf.bpf_program__name(program));
            }
            tracepointLinks.add(link);
        }
    }

    private void detachTracepoint() {
        tracepointLinks.forEach(bpf::bpf_link__destroy);
        tracepointLinks.clear();
        config.putInt(CAPTURE_CONFIG_EXIT_TRACEPOINT, 0);
    }

    /** The loop of the thread: attaches the hooks of each selection. */
    private void attachHooks() throws InterruptedException {
        int handled = 0;
        while (true) {
            while (!isSelectionChangedWithin(BETWEEN_LOOKS, handled)) {
                if (source() == SyscallSource.FUNCTIONS && !planner.runsHooks()) {
                    replaceHooks();
                }
            }
            Set<Integer> syscalls;
            synchronized (this) {
                handled = selections;
                syscalls = wanted;
            }
            HookPlan next = planner.plan(syscalls);
            String obstacle = next.obstacle() == null ? loadHooks() : next.obstacle();
            obstacle = obstacle == null ? attach(next) : obstacle;
            if (obstacle != null) {
                logObstacle(obstacle);
            } else if (isSettled(handled, syscalls)) {
                finish(handled, next);
            }
        }
    }

    private static void logObstacle(String obstacle) {
        LOG.log(Level.INFO, "source of syscalls: " + SyscallSource.TRACEPOINT.description() + ", because " + obstacle);
    }

    /** Loads the hooks, once. Returns why that is impossible, a clause for people, or null. */
    private @Nullable String loadHooks() {
        synchronized (this) {
            if (loader == null || hooks != null || closed || rejection != null) {
                return closed ? STOPS : rejection;
            }
        }
        long start = System.nanoTime();
        CallHooks loaded;
        try {
            loaded = loader.load();
        } catch (CaptureException e) {
            synchronized (this) {
                rejection = e.getMessage();
                return rejection;
            }
        }
        LOG.log(Level.DEBUG, "loaded the hooks in " + (System.nanoTime() - start) / 1_000_000 + " ms");
        synchronized (this) {
            if (closed) {
                loaded.close();
                return STOPS;
            }
            hooks = loaded;
            return null;
        }
    }

    /** Attaches what is missing. Returns why that is impossible, or null. */
    private @Nullable String attach(HookPlan next) {
        long start = System.nanoTime();
        String obstacle = withHooks(CallHooks::attachWholePrograms);
        for (Map.Entry<String, HookPlan.Target> function : next.functions().entrySet()) {
            if (obstacle == null) {
                obstacle = withHooks(attached -> attached.attach(function.getKey(), function.getValue()));
            }
        }
        LOG.log(
                Level.DEBUG,
                "attached hooks on " + next.functions().size() + " functions in "
                        + (System.nanoTime() - start) / 1_000_000 + " ms");
        return obstacle;
    }

    private interface Step {
        @Nullable
        String run(CallHooks hooks);
    }

    private synchronized @Nullable String withHooks(Step step) {
        return closed || hooks == null ? STOPS : step.run(hooks);
    }

    /** Attaches the tracepoint, because somebody with all rights has turned off what hooks need. */
    private synchronized void replaceHooks() {
        hooked = Set.of();
        attachTracepoint();
        LOG.log(
                Level.WARNING,
                "source of syscalls: " + SyscallSource.TRACEPOINT.description() + ", because " + HookPlanner.NO_FTRACE
                        + "; syscalls of the last second may be lost");
    }

    /** Waits until calls that began before the hooks have ended. Returns false if the selection changes. */
    private boolean isSettled(int selection, Set<Integer> syscalls) throws InterruptedException {
        if (source() == SyscallSource.FUNCTIONS) {
            return true;
        }
        CallsInProgress earlier = new CallsInProgress(planner.proc(), ownPid);
        for (int i = 0; i < SCANS_WHILE_SETTLING; i++) {
            if (isSelectionChangedWithin(SETTLING.dividedBy(SCANS_WHILE_SETTLING), selection)) {
                return false;
            }
            earlier.add(syscalls);
        }
        long start = System.nanoTime();
        int left = earlier.count();
        while (left > 0 && System.nanoTime() - start < LONGEST_WAIT.toNanos()) {
            if (isSelectionChangedWithin(BETWEEN_CHECKS, selection)) {
                return false;
            }
            left = earlier.count();
        }
        if (left > 0) {
            LOG.log(
                    Level.WARNING,
                    left + " syscalls that began before the sensor attached its hooks still run; their"
                            + " ends are not captured");
        }
        return true;
    }

    private synchronized boolean isSelectionChangedWithin(Duration time, int selection) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toMillis(); left > 0 && selections == selection; ) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        return selections != selection;
    }

    /** Detaches what is not needed, unless the selection has changed. */
    private synchronized void finish(int selection, HookPlan next) {
        if (closed || hooks == null || selections != selection) {
            return;
        }
        hooks.retain(next.functions().keySet());
        hooked = wanted;
        detachTracepoint();
        LOG.log(
                Level.INFO,
                "source of syscalls: " + SyscallSource.FUNCTIONS.description() + ", "
                        + next.functions().size() + " functions");
    }
}
