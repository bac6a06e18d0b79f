package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;

/** Takes alerts one after the other, from one thread. */
@FunctionalInterface
public interface AlertOutput {
    /** Hands over an alert; when this returns it is out. */
    void alert(Alert alert);
}
