package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;

/** A consumer of alerts. One thread calls it. */
@FunctionalInterface
public interface AlertOutput {
    /** Emits an alert. When this method returns, the alert is written or queued. */
    void alert(Alert alert);
}
