package io.tiercel.sensor.event;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Events that wait for the metadata of their containers, in order for each container. */
final class HeldEventQueue {
    private final int maxEvents;
    private final long maxBytes;
    private final Map<String, Queue<HeldEvent>> byContainer = new LinkedHashMap<>();
    private int events;
    private long bytes;

    HeldEventQueue(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    void add(HeldEvent event) {
        byContainer
                .computeIfAbsent(event.containerId(), id -> new ArrayDeque<>())
                .add(event);
        events++;
        bytes += event.size();
    }

    /** Returns true if the queue exceeds its limits. */
    boolean isOverLimit() {
        return events > maxEvents || bytes > maxBytes;
    }

    /** Returns the full id of the container that has waited longest; null if the queue is empty. */
    @Nullable
    String oldestContainer() {
        return byContainer.isEmpty() ? null : byContainer.keySet().iterator().next();
    }

    /** Removes and returns the events of a container. */
    Queue<HeldEvent> remove(String containerId) {
        Queue<HeldEvent> removed = byContainer.remove(containerId);
        if (removed == null) {
            return new ArrayDeque<>(0);
        }
        events -= removed.size();
        for (HeldEvent event : removed) {
            bytes -= event.size();
        }
        return removed;
    }
}
