package io.tiercel.sensor.app;

import io.tiercel.sensor.thread.SupervisedThreads;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Turns SIGTERM and SIGINT into a flag. The process ends when its work is done, after five seconds at the latest. */
final class StopSignal implements AutoCloseable {
    private static final long SHUTDOWN_TIMEOUT_MS = 4_900;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = SupervisedThreads.shutdownHook("stop", this::stop);

    private StopSignal() {}

    /** Installs the handler. From now on, a signal sets the flag instead of ending the process at once. */
    static StopSignal install() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    boolean requested() {
        return requested.getCount() == 0;
    }

    private void stop() {
        requested.countDown();
        try {
            done.await(SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Signals that the work is done, so that the process can end. */
    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, so the hook has run.
        }
    }
}
