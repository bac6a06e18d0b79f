package io.tiercel.sensor.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** SIGTERM and SIGINT as a question to ask; the process ends when the work is done, after five seconds at the latest. */
final class StopSignal implements AutoCloseable {
    private static final long PATIENCE_MS = 4_900;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "stop");

    private StopSignal() {}

    /** From now on a signal asks to stop instead of ending the process at once. */
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
            done.await(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says that the work is done. */
    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending: the hook has run
        }
    }
}
