package io.tiercel.functions.local.worker;

import io.tiercel.functions.local.sqlite.SqliteRetention;
import io.tiercel.functions.stage.TiercelFunctions;
import java.time.Duration;

/** Runs the sweep once a minute, like the schedule on AWS, and deletes records whose retention is over. */
public final class SweepWorker {
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final BackgroundLoop loop;

    public SweepWorker(TiercelFunctions functions, SqliteRetention retention) {
        this.loop = new BackgroundLoop("sweep", () -> {
            try {
                functions.sweep(null);
            } finally {
                retention.deleteExpired();
            }
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
