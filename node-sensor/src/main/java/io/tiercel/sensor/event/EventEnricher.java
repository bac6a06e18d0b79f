package io.tiercel.sensor.event;

import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_CONTAINER;
import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_EXEC;
import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_LOOKUP;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.container.ContainerRecord;
import io.tiercel.sensor.process.LookupRecord;
import io.tiercel.sensor.process.NodeState;
import java.util.HashSet;
import java.util.Set;

/**
 * Applies every record, live or replayed, to the state, and delivers the enriched events of the selected types.
 *
 * <p>If the rules need container metadata, the enricher holds the events of a container after the sensor requested it. A
 * record with the metadata, or one that ends the wait, releases them. In the same way it holds events whose process, cgroup
 * or user names are being looked up. Records alone decide, so a replay does the same.
 */
public final class EventEnricher {
    private static final int MAX_HELD_EVENTS = 4096;
    private static final long MAX_HELD_BYTES = 12 << 20;

    /** The maximum number of lookups that events wait for. */
    private static final int MAX_PENDING_LOOKUPS = 1024;

    private final RecordView view;
    private final NodeState state;
    private final SensorEvent event;
    private final SensorEvent releasedEvent;
    private final HeldEventQueue held = new HeldEventQueue(MAX_HELD_EVENTS, MAX_HELD_BYTES);
    private final Set<String> pendingLookups = new HashSet<>();
    private final PendingCloses closes;
    private boolean[] selectedTypes = {};
    private boolean holdsEvents;

    /**
     * Creates an enricher.
     *
     * @param view the view that the stream moves from record to record
     */
    public EventEnricher(
            String hostname, long bootToEpochNanos, Set<String> eventTypes, RecordView view, NodeState state) {
        this.view = view;
        this.state = state;
        this.event = new SensorEvent(hostname, bootToEpochNanos, view, state);
        this.releasedEvent = new SensorEvent(hostname, bootToEpochNanos, new RecordView(), state);
        this.closes = new PendingCloses(view);
        selectTypes(eventTypes);
    }

    /** Returns true if the event is that of the current record, and false if it was held. */
    boolean isCurrent(Event other) {
        return other == event;
    }

    /** Follows a step of the wall clock. */
    final void setBootToEpochNanos(long bootToEpochNanos) {
        event.setBootToEpochNanos(bootToEpochNanos);
        releasedEvent.setBootToEpochNanos(bootToEpochNanos);
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
    public int process(EventStream.Handler handler) {
        closes.process();
        int delivered = pendingLookups.isEmpty() ? 0 : releaseBeforeExec(handler);
        state.apply(view);
        if (view.kind() == RECORD_CONTAINER && ContainerRecord.kind(view) != ContainerRecord.INFO_REQUESTED) {
            delivered += release(view.textOrEmpty(0), handler);
        } else if (view.kind() == RECORD_LOOKUP) {
            return applyLookup(view) ? release(view.textOrEmpty(0), handler) : 0;
        }
        int type = SensorEvent.typeOf(view);
        if (type < 0 || !selectedTypes[type]) {
            return delivered;
        }
        event.moveTo(type);
        return delivered + deliver(event, handler);
    }

    /** Applies a lookup record that the view does not show. Its kind must not be {@link LookupRecord#ENDED}. */
    void beginLookup(RecordView r) {
        applyLookup(r);
    }

    /**
     * Delivers all held events, because no more records will follow.
     *
     * @return the number of delivered events
     */
    int finish(EventStream.Handler handler) {
        int delivered = 0;
        for (String awaited = held.oldest(); awaited != null; awaited = held.oldest()) {
            delivered += timeOut(awaited, handler);
        }
        return delivered;
    }

    /** Returns true if the lookup ended, so that the events that wait for it are released. */
    private boolean applyLookup(RecordView r) {
        String key = r.textOrEmpty(0);
        if (LookupRecord.kind(r) != LookupRecord.REQUESTED) {
            pendingLookups.remove(key);
            return true;
        }
        if (pendingLookups.size() < MAX_PENDING_LOOKUPS) {
            pendingLookups.add(key);
        }
        return false;
    }

    /** Delivers the held events of an unknown process before it becomes another program, which did not cause them. */
    private int releaseBeforeExec(EventStream.Handler handler) {
        String key = view.kind() == RECORD_EXEC ? LookupRecord.processKey(view.tgid()) : "";
        if (!pendingLookups.contains(key) || state.hasProcess(view.tgid())) {
            return 0;
        }
        pendingLookups.remove(key);
        return release(key, handler);
    }

    /** Delivers an event, or holds it. Returns the number of delivered events, including those that make room for it. */
    private int deliver(SensorEvent current, EventStream.Handler handler) {
        String awaited = pendingLookups.isEmpty() ? null : current.neededLookup(pendingLookups);
        if (awaited == null && holdsEvents) {
            awaited = current.pendingContainer();
        }
        if (awaited == null) {
            handler.event(current);
            return 1;
        }
        held.add(current.hold(awaited));
        String oldest = held.isOverLimit() ? held.oldest() : null;
        return oldest == null ? 0 : timeOut(oldest, handler);
    }

    private int timeOut(String awaited, EventStream.Handler handler) {
        if (LookupRecord.isKey(awaited)) {
            pendingLookups.remove(awaited);
        } else {
            state.stopWaitingFor(awaited);
        }
        return release(awaited, handler);
    }

    private int release(String awaited, EventStream.Handler handler) {
        int delivered = 0;
        for (HeldEvent heldEvent : held.remove(awaited)) {
            releasedEvent.moveTo(heldEvent);
            delivered += deliver(releasedEvent, handler);
        }
        return delivered;
    }
}
