package io.tiercel.functions.retry;

import java.time.Duration;

/** Waits before a repeated call. Tests replace it, so that they need not wait. */
@FunctionalInterface
public interface Pause {
    /** Blocks the calling thread. An interrupted thread returns early and stays interrupted. */
    Pause THREAD = time -> {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    };

    /** Waits for some time. */
    void pause(Duration time);
}
