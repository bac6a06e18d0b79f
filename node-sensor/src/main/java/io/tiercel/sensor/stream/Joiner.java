package io.tiercel.sensor.stream;

import io.tiercel.rules.event.EventTypes;
import io.tiercel.sensor.capture.EventStream;
import io.tiercel.sensor.capture.RecordView;
import io.tiercel.sensor.state.NodeState;
import io.tiercel.sensor.state.SensorEvent;
import java.util.Set;

/** The way of every record, live or replayed: into the state, and out as an event if it is a wanted one. */
final class Joiner {
    private final RecordView view;
    private final NodeState state;
    private final SensorEvent event;
    private final Closing closing;
    private boolean[] wanted = {};

    Joiner(String hostname, long bootToEpochNanos, Set<String> eventTypes, RecordView view, NodeState state) {
        this.view = view;
        this.state = state;
        this.event = new SensorEvent(hostname, bootToEpochNanos, view, state);
        this.closing = new Closing(view);
        want(eventTypes);
    }

    /** Hands over events of these types, by name, and no others; unknown names are left out. */
    final void want(Set<String> eventTypes) {
        boolean[] types = new boolean[EventTypes.count()];
        for (String name : eventTypes) {
            int code = EventTypes.code(name);
            if (code >= 0) {
                types[code] = true;
            }
        }
        wanted = types;
    }

    /**
     * Takes the record that the view is on.
     *
     * @return whether an event was handed over
     */
    boolean take(EventStream.Handler handler) {
        closing.take();
        state.apply(view);
        int type = SensorEvent.typeOf(view);
        if (type < 0 || !wanted[type]) {
            return false;
        }
        event.moveTo(type);
        handler.event(event);
        return true;
    }
}
