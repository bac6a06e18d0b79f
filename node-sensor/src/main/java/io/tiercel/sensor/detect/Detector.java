package io.tiercel.sensor.detect;

import io.tiercel.rules.event.Event;

/** Looks at events; what it finds goes to where it was told when it was made. */
@FunctionalInterface
public interface Detector {
    /** Evaluates an event, which is not kept. */
    void detect(Event event);

    /** Called between events, at least every 100 ms, by the thread that hands them over: the time for a change. */
    default void betweenEvents() {}
}
