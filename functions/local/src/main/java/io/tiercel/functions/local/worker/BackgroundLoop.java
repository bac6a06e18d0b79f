package io.tiercel.functions.local.worker;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.sqlite.StoreFaultException;
import io.tiercel.functions.retry.Backoff;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** A thread that runs a task repeatedly. It waits between runs until the delay ends or it is woken, and survives failures. */
final class BackgroundLoop {
    private static final Logger LOG = Logger.getLogger(BackgroundLoop.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final Supplier<Duration> task;
    private final Thread thread;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean stopping;

    /**
     * @param name the name of the thread
     * @param task does some work and returns the delay before the next run; zero for none
     */
    BackgroundLoop(String name, Supplier<Duration> task) {
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
        wake.release();
        try {
            thread.join(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int failures = 0;
        while (!stopping) {
            try {
                Duration delay = task.get();
                failures = 0;
                pause(delay);
            } catch (StoreUnavailable e) {
                failures++;
                // The store logs its own faults, once for all threads.
                if (!(e.getCause() instanceof StoreFaultException)) {
                    LOG.errorf("%s; retrying", e.getMessage());
                }
                pause(BACKOFF.delay(failures));
            } catch (RuntimeException e) {
                LOG.errorf(e, "%s failed; retrying", thread.getName());
                pause(BACKOFF.max());
            }
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
