package io.tiercel.sensor.bpf.hooks;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.host.CpuArchitecture;
import io.tiercel.sensor.thread.SupervisedThread;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The programs that see the ends of syscalls: those of the tracepoint, and hooks on the functions of the wanted syscalls
 * (bpf/syscall_hooks.h). The tracepoint is attached from the start and whenever a wanted syscall has no hook. A thread
 * attaches hooks, and then detaches the tracepoint. What both see is recorded once, so nothing is lost or doubled.
 *
 * <p>Thread-safe. The lock is never held while something waits.
 */
public final class SyscallExits implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SyscallExits.class.getName());

    private static final String STOPS = "the sensor stops";
    private static final String DETACHED = "a hook was detached by force";
    private static final String NO_HOOKS = CpuArchitecture.current() == CpuArchitecture.X86_64
            ? "the kernel does not allow hooks on its functions"
            : "hooks on functions of syscalls exist for x86-64 only";

    /** Calls that began before the hooks end in this time, or wait. */
    private static final Duration SETTLING = Duration.ofSeconds(2);

    private static final int SCANS_WHILE_SETTLING = 2;
    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(2);

    /** How often the thread checks that the kernel still runs hooks. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final ExitTracepoint tracepoint;
    private final @Nullable SyscallHookLoader loader;
    private final SyscallHookPlanner planner;
    private final int ownPid;
    private @Nullable SupervisedThread thread;
    private @Nullable SyscallHooks hooks;
    private @Nullable String rejection;
    private Set<Integer> wanted = Set.of();
    private Set<Integer> hooked = Set.of();

    /** Syscalls with hooks for which no earlier call counts any more. */
    private Set<Integer> settled = Set.of();

    private long earlierCalls;
    private SyscallHookFailures failures = SyscallHookFailures.NONE;
    private int selections;
    private boolean closed;

    /**
     * Attaches the tracepoint.
     *
     * @param loader loads the hooks; null if the kernel does not allow hooks
     * @param planner plans the hooks
     * @param ownPid the process that is not captured
     */
    public SyscallExits(
            ExitTracepoint tracepoint, @Nullable SyscallHookLoader loader, SyscallHookPlanner planner, int ownPid) {
        this.tracepoint = tracepoint;
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
    public synchronized void select(Set<Integer> syscalls, Runnable change) {
        boolean covered = hooked.containsAll(syscalls) && !tracepoint.isAttached();
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
    public synchronized SyscallSource source() {
        return tracepoint.isAttached() ? SyscallSource.TRACEPOINT : SyscallSource.FUNCTIONS;
    }

    /** Returns how many calls were not recorded because a task was preempted in a hook. */
    public synchronized long hookMisses() {
        return hooks == null || closed ? 0 : hooks.misses();
    }

    /** Returns how many calls that began before their hooks were not recorded. */
    public synchronized long earlierCalls() {
        return earlierCalls;
    }

    /** Returns how often hooks that were in use stopped working. */
    public synchronized SyscallHookFailures failures() {
        return failures;
    }

    /** Returns why hooks cannot see all ends of these syscalls, a clause for people; null if they can. */
    @Nullable
    public String obstacle(Set<Integer> syscalls) {
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
        tracepoint.detach();
    }

    private void attachTracepoint() {
        if (!closed) {
            tracepoint.attach();
        }
    }

    /** The loop of the thread: attaches the hooks of each selection. */
    private void attachHooks() throws InterruptedException {
        int handled = 0;
        while (true) {
            while (!isSelectionChangedWithin(BETWEEN_LOOKS, handled)) {
                if (source() == SyscallSource.FUNCTIONS) {
                    checkHooks();
                }
            }
            Set<Integer> syscalls;
            synchronized (this) {
                handled = selections;
                syscalls = wanted;
            }
            SyscallHookPlan next = planner.plan(syscalls);
            String obstacle = next.obstacle() == null ? loadHooks() : next.obstacle();
            obstacle = obstacle == null ? attach(next) : obstacle;
            if (obstacle != null) {
                logObstacle(obstacle);
            } else {
                settle(handled, next, syscalls);
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
        SyscallHooks loaded;
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
    private @Nullable String attach(SyscallHookPlan next) {
        long start = System.nanoTime();
        String obstacle = withHooks(attached -> {
            attached.areAttached(); // forgets those that were detached since the last look, which are attached again
            return attached.attachWholePrograms();
        });
        for (Map.Entry<String, SyscallHookPlan.Target> function :
                next.functions().entrySet()) {
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
        String run(SyscallHooks hooks);
    }

    private synchronized @Nullable String withHooks(Step step) {
        return closed || hooks == null ? STOPS : step.run(hooks);
    }

    /** Goes back to the tracepoint if somebody with all rights has turned off the hooks. */
    private void checkHooks() {
        if (!planner.runsHooks()) {
            replaceHooks(SyscallHookPlanner.NO_FTRACE);
        } else if (withHooks(attached -> attached.areAttached() ? null : DETACHED) != null) {
            replaceHooks(DETACHED);
        }
    }

    private synchronized void replaceHooks(String reason) {
        if (closed) {
            return;
        }
        hooked = Set.of();
        settled = Set.of();
        attachTracepoint();
        failures = failures.another(reason);
        LOG.log(
                Level.WARNING,
                "source of syscalls: " + SyscallSource.TRACEPOINT.description() + ", because " + reason
                        + "; syscalls of the last second may be lost");
    }

    /** Waits for calls that began before the hooks, and detaches the tracepoint unless the selection changes. */
    private void settle(int selection, SyscallHookPlan next, Set<Integer> syscalls) throws InterruptedException {
        if (source() == SyscallSource.FUNCTIONS) {
            finish(selection, next, 0);
            return;
        }
        EarlierCalls earlier = new EarlierCalls(planner.proc(), ownPid, CpuArchitecture.current(), unsettled(syscalls));
        for (int i = 0; i < SCANS_WHILE_SETTLING; i++) {
            if (isSelectionChangedWithin(SETTLING.dividedBy(SCANS_WHILE_SETTLING), selection)) {
                return;
            }
            earlier.scan();
        }
        long start = System.nanoTime();
        while (earlier.needTracepoint(Duration.ofNanos(System.nanoTime() - start))) {
            if (isSelectionChangedWithin(BETWEEN_CHECKS, selection)) {
                return;
            }
        }
        finish(selection, next, earlier.left());
    }

    private synchronized Set<Integer> unsettled(Set<Integer> syscalls) {
        Set<Integer> unsettled = new HashSet<>(syscalls);
        unsettled.removeAll(settled);
        return unsettled;
    }

    private synchronized boolean isSelectionChangedWithin(Duration time, int selection) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toMillis(); left > 0 && selections == selection; ) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        return selections != selection;
    }

    /**
     * Detaches what is not needed, unless the selection has changed.
     *
     * @param lost number of calls whose ends are not captured
     */
    private synchronized void finish(int selection, SyscallHookPlan next, int lost) {
        if (closed || hooks == null || selections != selection) {
            return;
        }
        if (!hooks.areAttached()) {
            replaceHooks(DETACHED);
            return;
        }
        hooks.retain(next.functions().keySet());
        hooked = wanted;
        settled = wanted;
        earlierCalls += lost;
        tracepoint.detach();
        LOG.log(
                Level.INFO,
                "source of syscalls: " + SyscallSource.FUNCTIONS.description() + ", "
                        + next.functions().size() + " functions");
    }
}
