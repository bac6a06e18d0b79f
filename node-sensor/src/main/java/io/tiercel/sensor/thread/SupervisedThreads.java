package io.tiercel.sensor.thread;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Creates daemon threads for tasks and for the pools of libraries. Failures are reported to {@link ThreadFailures}. */
public final class SupervisedThreads {
    private SupervisedThreads() {}

    /** Returns a factory for platform threads whose names are the prefix and a number. */
    public static ThreadFactory factory(String prefix) {
        return Thread.ofPlatform()
                .daemon()
                .name(prefix, 0)
                .uncaughtExceptionHandler(SupervisedThreads::report)
                .factory();
    }

    /** Returns a factory for virtual threads whose names are the prefix and a number. */
    public static ThreadFactory virtualFactory(String prefix) {
        return Thread.ofVirtual()
                .name(prefix, 0)
                .uncaughtExceptionHandler(SupervisedThreads::report)
                .factory();
    }

    /**
     * Returns a pool without a queue. It starts a thread if none is idle, and rejects a task if the maximum is reached.
     *
     * @param prefix name of its threads, followed by a number
     * @param idle time after which an idle thread ends
     */
    public static ExecutorService directPool(String prefix, int maxThreads, Duration idle) {
        return new ThreadPoolExecutor(
                0, maxThreads, idle.toNanos(), TimeUnit.NANOSECONDS, new SynchronousQueue<>(), factory(prefix));
    }

    /** Runs a task once on a thread of its own. A failure is reported. The task is not repeated. */
    public static Thread runOnce(String name, Runnable task) {
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name(name)
                .uncaughtExceptionHandler(SupervisedThreads::report)
                .unstarted(task);
        thread.start();
        return thread;
    }

    /** Returns a thread for {@link Runtime#addShutdownHook}. */
    public static Thread shutdownHook(String name, Runnable task) {
        return Thread.ofPlatform()
                .name(name)
                .uncaughtExceptionHandler(SupervisedThreads::report)
                .unstarted(task);
    }

    private static void report(Thread thread, Throwable error) {
        ThreadFailures.ofProcess().report(thread.getName(), error);
    }
}
