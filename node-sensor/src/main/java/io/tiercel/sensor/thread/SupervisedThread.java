package io.tiercel.sensor.thread;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A daemon thread that runs a loop until it is stopped. If the loop fails with any error, the failure is reported to
 * {@link ThreadFailures}, and the loop starts again after a delay.
 *
 * <p>The delay is 100 ms and doubles with each failure, up to 30 seconds. It starts at 100 ms again after the loop ran
 * for a minute. The size of the stack is the JVM's default.
 */
public final class SupervisedThread {
    /** The work of a thread. It keeps its state in fields, because it can be called again after a failure. */
    @FunctionalInterface
    public interface Loop {
        /**
         * Runs until the work is done.
         *
         * @throws InterruptedException if the thread is stopped
         */
        void run() throws InterruptedException;
    }

    private static final Duration MIN_DELAY = Duration.ofMillis(100);
    private static final Duration MAX_DELAY = Duration.ofSeconds(30);
    private static final Duration GOOD_RUN = Duration.ofMinutes(1);

    private final String name;
    private final Loop loop;
    private final ThreadFailures failures;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    SupervisedThread(String name, Loop loop, ThreadFailures failures) {
        this.name = name;
        this.loop = loop;
        this.failures = failures;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::runUntilStopped);
    }

    /**
     * Creates a thread that is not started.
     *
     * @param name name of the thread in the log, in metrics and in alerts
     */
    public static SupervisedThread unstarted(String name, Loop loop) {
        return new SupervisedThread(name, loop, ThreadFailures.ofProcess());
    }

    /** Creates a thread and starts it. */
    public static SupervisedThread start(String name, Loop loop) {
        SupervisedThread started = unstarted(name, loop);
        started.start();
        return started;
    }

    /** Starts the thread. Call this method once. */
    public void start() {
        thread.start();
    }

    /** Interrupts the loop, and prevents its restart. Does not wait. */
    public void stop() {
        stopped.countDown();
        thread.interrupt();
    }

    /**
     * Waits until the thread ends. Returns false if it still runs after the timeout.
     *
     * @param timeout maximum time; zero or less returns at once
     */
    public boolean join(Duration timeout) throws InterruptedException {
        return thread.join(timeout);
    }

    /** Returns true if the thread was started and has not ended. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    private void runUntilStopped() {
        Duration delay = MIN_DELAY;
        while (true) {
            long start = System.nanoTime();
            try {
                loop.run();
                return;
            } catch (Throwable e) {
                if (isStopped()) {
                    return;
                }
                failures.report(name, e);
            }
            if (System.nanoTime() - start > GOOD_RUN.toNanos()) {
                delay = MIN_DELAY;
            }
            if (stopsWithin(delay)) {
                return;
            }
            delay = delay.multipliedBy(2).compareTo(MAX_DELAY) < 0 ? delay.multipliedBy(2) : MAX_DELAY;
        }
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    private boolean stopsWithin(Duration delay) {
        try {
            return stopped.await(delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return isStopped();
        }
    }
}
