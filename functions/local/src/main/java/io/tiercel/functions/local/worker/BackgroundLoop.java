package io.tiercel.functions.local.worker;

import io.tiercel.functions.incident.StoreUnavailable;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** A thread that takes turns, waits as long as the last turn said or until it is woken, and survives a failing store. */
final class BackgroundLoop {
    private static final Logger LOG = Logger.getLogger(BackgroundLoop.class);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    private static final Duration LAST_BACK_OFF = Duration.ofSeconds(5);

    private final Supplier<Duration> turn;
    private final Thread thread;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean stopping;

    /**
     * @param name of the thread
     * @param turn does some work and says how long to wait before the next turn; zero for at once
     */
    BackgroundLoop(String name, Supplier<Duration> turn) {
        this.turn = turn;
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

    /** Ends after the running turn; waits for that, but not longer than told. */
    void stop(Duration patience) {
        stopping = true;
        wake.release();
        try {
            thread.join(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration backOff = FIRST_BACK_OFF;
        while (!stopping) {
            try {
                Duration wait = turn.get();
                backOff = FIRST_BACK_OFF;
                pause(wait);
            } catch (StoreUnavailable e) {
                LOG.errorf("%s; trying again", e.getMessage());
                pause(backOff);
                backOff =
                        backOff.multipliedBy(2).compareTo(LAST_BACK_OFF) < 0 ? backOff.multipliedBy(2) : LAST_BACK_OFF;
            } catch (RuntimeException e) {
                LOG.errorf(e, "%s: trying again", thread.getName());
                pause(LAST_BACK_OFF);
            }
        }
    }

    private void pause(Duration wait) {
        try {
            if (wait.isPositive() && wake.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            stopping = true;
        }
    }
}
