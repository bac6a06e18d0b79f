package io.tiercel.functions.local.worker;

import io.tiercel.functions.local.sqlite.StoreCheck;
import java.time.Duration;

/** Runs {@link StoreCheck} on its own thread. */
public final class StoreCheckWorker {
    private final BackgroundLoop loop;

    public StoreCheckWorker(StoreCheck check) {
        this.loop = new BackgroundLoop("store-check", check::run);
    }

    /** Starts with a check. */
    public void start() {
        loop.start();
    }

    /** Stops after the current check. */
    public void stop(Duration timeout) {
        loop.stop(timeout);
    }
}
