package io.tiercel.sensor.stream;

import static io.tiercel.sensor.bpf.RecordLayout.RECORD_CONTAINER;

import io.tiercel.rules.event.EventTypes;
import io.tiercel.sensor.bpf.RecordView;
import io.tiercel.sensor.container.ContainerRecord;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.state.HeldEvent;
import io.tiercel.sensor.state.NodeState;
import io.tiercel.sensor.state.SensorEvent;
import java.util.Set;

/**
 * The way of every record, live or replayed: into the state, and out as an event if it is a wanted one.
 *
 * <p>Events of a container about which a runtime has been asked wait here, if the rules need the answer, until a record
 * says that it has come, or that it is waited for no longer. All that decides is in the records, so a replay does the same.
 */
final class Joiner {
    private static final int MAX_HELD_EVENTS = 4096;
    private static final long MAX_HELD_BYTES = 12 << 20;

    private final RecordView view;
    private final NodeState state;
    private final SensorEvent event;
    private final SensorEvent released;
    private final HeldEvents held = new HeldEvents(MAX_HELD_EVENTS, MAX_HELD_BYTES);
    private final Closing closing;
    private boolean[] wanted = {};
    private boolean patient;

    Joiner(String hostname, long bootToEpochNanos, Set<String> eventTypes, RecordView view, NodeState state) {
        this.view = view;
        this.state = state;
        this.event = new SensorEvent(hostname, bootToEpochNanos, view, state);
        this.released = new SensorEvent(hostname, bootToEpochNanos, new RecordView(), state);
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

    /** Whether events wait from now on. */
    void awaitContainers(boolean wait) {
        patient = wait;
    }

    /**
     * Takes the record that the view is on.
     *
     * @return how many events were handed over
     */
    int take(EventStream.Handler handler) {
        closing.take();
        state.apply(view);
        int delivered = 0;
        if (view.kind() == RECORD_CONTAINER && ContainerRecord.kind(view) != ContainerRecord.ASKED) {
            delivered = release(view.textOrEmpty(0), handler);
        }
        int type = SensorEvent.typeOf(view);
        if (type < 0 || !wanted[type]) {
            return delivered;
        }
        event.moveTo(type);
        if (patient && event.awaitsContainer()) {
            held.add(event.hold());
            String eldest = held.tooMany();
            return eldest == null ? delivered : delivered + giveUp(eldest, handler);
        }
        handler.event(event);
        return delivered + 1;
    }

    /** Hands over what is still held: no answer will come any more. */
    int finish(EventStream.Handler handler) {
        int delivered = 0;
        for (String container = held.longestWaiting(); container != null; container = held.longestWaiting()) {
            delivered += giveUp(container, handler);
        }
        return delivered;
    }

    private int giveUp(String container, EventStream.Handler handler) {
        state.awaitNoLonger(container);
        return release(container, handler);
    }

    private int release(String container, EventStream.Handler handler) {
        int delivered = 0;
        for (HeldEvent waiting : held.remove(container)) {
            released.moveTo(waiting);
            handler.event(released);
            delivered++;
        }
        return delivered;
    }
}
