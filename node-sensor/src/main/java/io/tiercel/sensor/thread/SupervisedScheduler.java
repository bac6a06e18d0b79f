package io.tiercel.sensor.thread;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A scheduler that reports the failures of its tasks to {@link ThreadFailures}. A periodic task that fails runs again
 * after its period, whereas the JDK's scheduler cancels it silently.
 */
public final class SupervisedScheduler extends ScheduledThreadPoolExecutor {
    private final String name;

    /**
     * Creates a scheduler with daemon threads. When it is shut down, delayed tasks do not run any more.
     *
     * @param name name of its threads, followed by a number
     */
    public SupervisedScheduler(String name, int threads) {
        super(threads, SupervisedThreads.factory(name + "-"));
        this.name = name;
        setRemoveOnCancelPolicy(true);
        setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return super.schedule(reporting(task), delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long delay, long period, TimeUnit unit) {
        return super.scheduleAtFixedRate(reporting(task), delay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long delay, long period, TimeUnit unit) {
        return super.scheduleWithFixedDelay(reporting(task), delay, period, unit);
    }

    private Runnable reporting(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                ThreadFailures.ofProcess().report(name, e);
            }
        };
    }
}
