package io.tiercel.sensor.event;

import static io.tiercel.sensor.bpf.RecordLayout.RECORD_CONTAINER;

import io.tiercel.rules.event.EventTypes;
import io.tiercel.sensor.bpf.RecordView;
import io.tiercel.sensor.container.ContainerRecord;
import io.tiercel.sensor.process.NodeState;
import java.util.Set;

/**
 * Applies every record, live or replayed, to the state, and delivers the enriched events of the selected types.
 *
 * <p>If the rules need container metadata, the enricher holds the events of a container after the sensor requested it. A
 * record with the metadata, or one that ends the wait, releases them. Records alone decide, so a replay does the same.
 */
final class EventEnricher {
    private static final int MAX_HELD_EVENTS = 4096;
    private static final long MAX_HELD_BYTES = 12 << 20;

    private final RecordView view;
    private final NodeState state;
    private final SensorEvent event;
    private final SensorEvent releasedEvent;
    private final HeldEventQueue held = new HeldEventQueue(MAX_HELD_EVENTS, MAX_HELD_BYTES);
    private final PendingCloses closes;
    private boolean[] selectedTypes = {};
    private boolean holdsEvents;

    /**
     * Creates an enricher.
     *
     * @param view the view that the stream moves from record to record
     */
    EventEnricher(String hostname, long bootToEpochNanos, Set<String> eventTypes, RecordView view, NodeState state) {
        this.view = view;
        this.state = state;
        this.event = new SensorEvent(hostname, bootToEpochNanos, view, state);
        this.releasedEvent = new SensorEvent(hostname, bootToEpochNanos, new RecordView(), state);
        this.closes = new PendingCloses(view);
        selectTypes(eventTypes);
    }

    /** Replaces the selected event types. Unknown names are ignored. */
    final void selectTypes(Set<String> eventTypes) {
        boolean[] types = new boolean[EventTypes.count()];
        for (String name : eventTypes) {
            int code = EventTypes.code(name);
            if (code >= 0) {
                types[code] = true;
            }
        }
        selectedTypes = types;
    }

    /** Sets whether events are held until their container's metadata is available. */
    void holdForContainers(boolean hold) {
        holdsEvents = hold;
    }

    /**
     * Processes the current record.
     *
     * @return the number of delivered events
     */
    int process(EventStream.Handler handler) {
        closes.process();
        state.apply(view);
        int delivered = 0;
        if (view.kind() == RECORD_CONTAINER && ContainerRecord.kind(view) != ContainerRecord.INFO_REQUESTED) {
            delivered = release(view.textOrEmpty(0), handler);
        }
        int type = SensorEvent.typeOf(view);
        if (type < 0 || !selectedTypes[type]) {
            return delivered;
        }
        event.moveTo(type);
        if (holdsEvents && event.isContainerInfoPending()) {
            held.add(event.hold());
            String oldest = held.isOverLimit() ? held.oldestContainer() : null;
            return oldest == null ? delivered : delivered + timeOut(oldest, handler);
        }
        handler.event(event);
        return delivered + 1;
    }

    /**
     * Delivers all held events, because no more records will follow.
     *
     * @return the number of delivered events
     */
    int finish(EventStream.Handler handler) {
        int delivered = 0;
        for (String container = held.oldestContainer(); container != null; container = held.oldestContainer()) {
            delivered += timeOut(container, handler);
        }
        return delivered;
    }

    private int timeOut(String containerId, EventStream.Handler handler) {
        state.stopWaitingFor(containerId);
        return release(containerId, handler);
    }

    private int release(String containerId, EventStream.Handler handler) {
        int delivered = 0;
        for (HeldEvent heldEvent : held.remove(containerId)) {
            releasedEvent.moveTo(heldEvent);
            handler.event(releasedEvent);
            delivered++;
        }
        return delivered;
    }
}
