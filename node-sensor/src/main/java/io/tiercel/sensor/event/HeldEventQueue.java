package io.tiercel.sensor.event;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Events that wait for the metadata of containers or for lookups, in order for each of them. */
final class HeldEventQueue {
    private final int maxEvents;
    private final long maxBytes;
    private final Map<String, Queue<HeldEvent>> byAwaited = new LinkedHashMap<>();
    private int events;
    private long bytes;

    HeldEventQueue(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    void add(HeldEvent event) {
        byAwaited.computeIfAbsent(event.awaited(), key -> new ArrayDeque<>()).add(event);
        events++;
        bytes += event.size();
    }

    boolean isEmpty() {
        return byAwaited.isEmpty();
    }

    /** Returns true if the queue exceeds its limits. */
    boolean isOverLimit() {
        return events > maxEvents || bytes > maxBytes;
    }

    /** Returns what events have waited for longest; null if the queue is empty. */
    @Nullable
    String oldest() {
        return byAwaited.isEmpty() ? null : byAwaited.keySet().iterator().next();
    }

    /** Removes and returns the events that wait for something. */
    Queue<HeldEvent> remove(String awaited) {
        Queue<HeldEvent> removed = byAwaited.remove(awaited);
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
