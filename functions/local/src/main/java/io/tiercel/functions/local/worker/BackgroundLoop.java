package io.tiercel.functions.local.worker;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.sqlite.StoreFaultException;
import io.tiercel.functions.retry.Backoff;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * A thread that runs a task repeatedly. It waits between runs until the delay ends or it is woken, and survives failures. Runs may have a
 * minimum interval, which a wake-up does not shorten.
 */
final class BackgroundLoop {
    private static final Logger LOG = Logger.getLogger(BackgroundLoop.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final Supplier<Duration> task;
    private final Duration minInterval;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean stopping;

    /**
     * @param name the name of the thread
     * @param task does some work and returns the delay before the next run; zero for none
     */
    BackgroundLoop(String name, Supplier<Duration> task) {
        this(name, Duration.ZERO, task);
    }

    /**
     * @param name the name of the thread
     * @param minInterval the minimum time between the starts of two runs; only a stop ends it early
     * @param task does some work and returns the delay before the next run; zero or less for none
     */
    BackgroundLoop(String name, Duration minInterval, Supplier<Duration> task) {
        this.minInterval = minInterval;
        this.task = task;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void wake() {
        wake.release();
    }

    boolean stopping() {
        return stopping;
    }

    /** Stops after the current run, and waits for it up to the timeout. */
    void stop(Duration timeout) {
        stopping = true;
        stopped.countDown();
        wake.release();
        try {
            thread.join(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int failures = 0;
        String logged = "";
        while (!stopping) {
            long start = System.nanoTime();
            try {
                // This run sees what the wake-ups before it are about.
                wake.drainPermits();
                Duration delay = task.get();
                failures = 0;
                logged = "";
                pause(delay);
            } catch (StoreUnavailable e) {
                failures++;
                // The store logs its own faults, once for all threads.
                if (!(e.getCause() instanceof StoreFaultException) && !logged.equals(e.getMessage())) {
                    logged = String.valueOf(e.getMessage());
                    LOG.errorf("%s; retrying", logged);
                }
                pause(BACKOFF.delay(failures));
            } catch (RuntimeException | Error e) {
                // An error such as a stack overflow must not end the thread. Without memory, the JVM exits.
                if (!logged.equals(e.toString())) {
                    logged = e.toString();
                    LOG.errorf(e, "%s failed; retrying", thread.getName());
                }
                pause(BACKOFF.max());
            }
            hold(minInterval.minusNanos(System.nanoTime() - start));
        }
    }

    private void hold(Duration rest) {
        try {
            if (rest.isPositive() && stopped.await(rest.toNanos(), TimeUnit.NANOSECONDS)) {
                stopping = true;
            }
        } catch (InterruptedException e) {
            stopping = true;
        }
    }

    private void pause(Duration delay) {
        try {
            if (delay.isPositive() && wake.tryAcquire(delay.toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            stopping = true;
        }
    }
}
