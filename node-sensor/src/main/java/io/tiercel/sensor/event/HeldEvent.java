package io.tiercel.sensor.event;

import io.tiercel.sensor.process.ProcessInfo;
import org.jspecify.annotations.Nullable;

/** A copy of an event and its process, which waits for the metadata of its container or for a lookup. */
public final class HeldEvent {
    /** The approximate size of the process and its ancestors, in bytes. */
    private static final int OVERHEAD = 1024;

    final byte[] record;
    final int type;
    final @Nullable ProcessInfo process;
    final long number;
    final long sinceFirstNanos;
    final long sincePreviousNanos;
    private final String awaited;

    HeldEvent(
            byte[] record,
            int type,
            @Nullable ProcessInfo process,
            String awaited,
            long number,
            long sinceFirstNanos,
            long sincePreviousNanos) {
        this.record = record;
        this.type = type;
        this.process = process;
        this.awaited = awaited;
        this.number = number;
        this.sinceFirstNanos = sinceFirstNanos;
        this.sincePreviousNanos = sincePreviousNanos;
    }

    /** Returns what the event waits for: the full id of a container, or the key of a lookup. */
    public String awaited() {
        return awaited;
    }

    /** Returns the approximate size in bytes. */
    public int size() {
        return record.length + OVERHEAD;
    }
}
