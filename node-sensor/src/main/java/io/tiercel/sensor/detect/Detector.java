package io.tiercel.sensor.detect;

import io.tiercel.rules.event.Event;

/** Evaluates events and passes alerts to the destination that it was created with. Runs on the event thread. */
@FunctionalInterface
public interface Detector {
    /** Evaluates an event. The event is valid only during the call. */
    void detect(Event event);

    /**
     * Called by the event thread between events, at least every 100 ms. Implementations apply pending changes here.
     */
    default void betweenEvents() {}
}
