package io.tiercel.sensor.event;

import io.tiercel.sensor.process.ProcessInfo;
import org.jspecify.annotations.Nullable;

/** A copy of an event and its process, which waits for the metadata of its container. */
public final class HeldEvent {
    /** The approximate size of the process and its ancestors, in bytes. */
    private static final int OVERHEAD = 1024;

    final byte[] record;
    final int type;
    final @Nullable ProcessInfo process;
    final long number;
    final long sinceFirstNanos;
    final long sincePreviousNanos;
    private final String containerId;

    HeldEvent(
            byte[] record,
            int type,
            @Nullable ProcessInfo process,
            String containerId,
            long number,
            long sinceFirstNanos,
            long sincePreviousNanos) {
        this.record = record;
        this.type = type;
        this.process = process;
        this.containerId = containerId;
        this.number = number;
        this.sinceFirstNanos = sinceFirstNanos;
        this.sincePreviousNanos = sincePreviousNanos;
    }

    /** Returns the full id of the container whose metadata the event waits for. */
    public String containerId() {
        return containerId;
    }

    /** Returns the approximate size in bytes. */
    public int size() {
        return record.length + OVERHEAD;
    }
}
