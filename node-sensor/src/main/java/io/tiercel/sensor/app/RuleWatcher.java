package io.tiercel.sensor.app;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The thread that looks after the rule files while a sensor runs: now and then, and at once when it is asked. */
final class RuleWatcher implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final RuleReloader reloader;
    private final Semaphore asked = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "rules");

    private RuleWatcher(RuleReloader reloader) {
        this.reloader = reloader;
    }

    /** Starts to watch; from now on the reloader belongs to the thread. */
    static RuleWatcher start(RuleReloader reloader) {
        RuleWatcher watch = new RuleWatcher(reloader);
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    /** Asks for loading, whether or not something has changed; what is asked meanwhile is answered together. */
    void ask() {
        asked.release();
    }

    /** Stops soon; what is being loaded is not handed over any more. */
    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                boolean ask = asked.tryAcquire(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
                if (ask) {
                    asked.drainPermits();
                }
                turn(ask);
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /** Whatever goes wrong is no reason to watch no more. */
    private void turn(boolean ask) throws InterruptedException {
        try {
            if (ask) {
                reloader.answer();
            } else {
                reloader.look();
            }
        } catch (RuntimeException | VirtualMachineError e) {
            reloader.failed(e);
        }
    }
}
