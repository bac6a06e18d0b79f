package io.tiercel.functions.local.worker;

import io.tiercel.functions.stage.TiercelFunctions;
import java.time.Duration;

/** Runs the sweep once a minute, like the schedule on AWS. */
public final class SweepWorker {
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final BackgroundLoop loop;

    public SweepWorker(TiercelFunctions functions) {
        this.loop = new BackgroundLoop("sweep", () -> {
            functions.sweep(null);
            return INTERVAL;
        });
    }

    /** Starts and runs the first sweep. */
    public void start() {
        loop.start();
    }

    /** Stops after the current sweep. */
    public void stop(Duration timeout) {
        loop.stop(timeout);
    }
}
