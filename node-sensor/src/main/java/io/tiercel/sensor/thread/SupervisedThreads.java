package io.tiercel.sensor.thread;

import java.util.concurrent.ThreadFactory;

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
