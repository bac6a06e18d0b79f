package io.tiercel.functions.local.work;

import io.tiercel.functions.stage.TiercelFunctions;
import java.time.Duration;

/** Sweeps once a minute, as the schedule does in the cloud. */
public final class SweepLoop {
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final Loop loop;

    public SweepLoop(TiercelFunctions functions) {
        this.loop = new Loop("sweep", () -> {
            functions.sweep(null);
            return EVERY;
        });
    }

    /** Starts with a sweep. */
    public void start() {
        loop.start();
    }

    /** Stops after the running sweep. */
    public void stop(Duration patience) {
        loop.stop(patience);
    }
}
