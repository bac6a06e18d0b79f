package io.tiercel.sensor.state;

import org.jspecify.annotations.Nullable;

/** An event that is evaluated later, with the process as it was: a copy of all that moves on meanwhile. */
public final class HeldEvent {
    /** What a held event costs beside its record, in bytes: its process and the ancestors. */
    private static final int OVERHEAD = 1024;

    final byte[] record;
    final int type;
    final @Nullable Process process;
    final long number;
    final long sinceFirst;
    final long sincePrevious;
    private final String container;

    HeldEvent(
            byte[] record,
            int type,
            @Nullable Process process,
            String container,
            long number,
            long sinceFirst,
            long sincePrevious) {
        this.record = record;
        this.type = type;
        this.process = process;
        this.container = container;
        this.number = number;
        this.sinceFirst = sinceFirst;
        this.sincePrevious = sincePrevious;
    }

    /** Whole id of the container whose metadata the event waits for. */
    public String container() {
        return container;
    }

    /** About how many bytes are kept. */
    public int size() {
        return record.length + OVERHEAD;
    }
}
