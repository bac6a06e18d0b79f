package io.tiercel.sensor.app;

import io.tiercel.sensor.thread.SupervisedThread;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The thread that checks rule files every second while a sensor runs, and reloads them on request. */
final class RuleWatcher implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final RuleReloader reloader;
    private final Semaphore requests = new Semaphore(0);
    private final SupervisedThread thread = SupervisedThread.unstarted("rules", this::run);

    private RuleWatcher(RuleReloader reloader) {
        this.reloader = reloader;
    }

    /** Starts the thread. From now on, only it uses the reloader. */
    static RuleWatcher start(RuleReloader reloader) {
        RuleWatcher watcher = new RuleWatcher(reloader);
        watcher.thread.start();
        return watcher;
    }

    /** Requests a reload, whether or not files have changed. Concurrent requests cause one reload. */
    void requestReload() {
        requests.release();
    }

    /** Stops the thread. Rules that are being loaded are discarded. */
    @Override
    public void close() {
        thread.stop();
    }

    private void run() throws InterruptedException {
        while (true) {
            boolean requested = requests.tryAcquire(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            if (requested) {
                requests.drainPermits();
            }
            runOnce(requested);
        }
    }

    /** Checks or reloads once. The thread keeps watching after any error. */
    private void runOnce(boolean requested) throws InterruptedException {
        try {
            if (requested) {
                reloader.reload();
            } else {
                reloader.reloadIfChanged();
            }
        } catch (RuntimeException | VirtualMachineError e) {
            reloader.failed(e);
        }
    }
}
