package io.tiercel.sensor.thread;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A call that may hang, such as one to a file system that does not answer. It runs on a daemon thread of its own. The caller waits up to
 * a timeout and then abandons the thread, which is not interrupted: an interrupt would close files that other threads use.
 */
public final class AbandonableCall {
    private AbandonableCall() {}

    /**
     * Runs a call and returns its result.
     *
     * @param name name of the thread
     * @param timeout maximum time to wait
     * @throws TimeoutException if the call did not end in time; it continues to run
     * @throws Exception what the call throws, and {@link InterruptedException}
     */
    public static <T> T run(String name, Duration timeout, Callable<T> call) throws Exception {
        FutureTask<T> task = new FutureTask<>(call);
        Thread _ = SupervisedThreads.runOnce(name, task);
        try {
            return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw e;
            }
        }
    }
}
