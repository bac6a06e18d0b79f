package io.tiercel.sensor.pipeline;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.event.Event;
import java.util.function.Consumer;

/** Turns events into alerts, which have no id yet. */
@FunctionalInterface
public interface Detector {
    /** Hands over an alert for each rule that the event matches; the event is not kept. */
    void detect(Event event, Consumer<Alert> alerts);
}
