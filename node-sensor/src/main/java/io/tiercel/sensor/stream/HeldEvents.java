package io.tiercel.sensor.stream;

import io.tiercel.sensor.state.HeldEvent;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Events that wait for what a runtime tells of their container: in their order for each container, limited in all. */
final class HeldEvents {
    private final int maxEvents;
    private final long maxBytes;
    private final Map<String, Queue<HeldEvent>> byContainer = new LinkedHashMap<>();
    private int events;
    private long bytes;

    /** Nothing is held yet; at least one event fits in any case. */
    HeldEvents(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    void add(HeldEvent event) {
        byContainer.computeIfAbsent(event.container(), id -> new ArrayDeque<>()).add(event);
        events++;
        bytes += event.size();
    }

    /** The container that has waited longest, if more is held than should be; null if not. */
    @Nullable
    String tooMany() {
        boolean full = events > maxEvents || bytes > maxBytes;
        return full ? longestWaiting() : null;
    }

    /** The container that has waited longest; null if none does. */
    @Nullable
    String longestWaiting() {
        return byContainer.isEmpty() ? null : byContainer.keySet().iterator().next();
    }

    /** Takes out the events of a container. */
    Queue<HeldEvent> remove(String container) {
        Queue<HeldEvent> removed = byContainer.remove(container);
        if (removed == null) {
            return new ArrayDeque<>(0);
        }
        events -= removed.size();
        for (HeldEvent event : removed) {
            bytes -= event.size();
        }
        return removed;
    }

    int size() {
        return events;
    }
}
