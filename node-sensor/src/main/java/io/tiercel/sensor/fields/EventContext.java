package io.tiercel.sensor.fields;

/** Type, number and times of the current event of a stream. */
public final class EventContext {
    private final String hostname;
    private long bootToEpochNanos;
    private int type;
    private long number;
    private long timeNanos;
    private long firstNanos;
    private long previousNanos;

    /**
     * Creates the context of a stream, before its first event.
     *
     * @param bootToEpochNanos the epoch time of the boot in nanoseconds
     */
    public EventContext(String hostname, long bootToEpochNanos) {
        this.hostname = hostname;
        this.bootToEpochNanos = bootToEpochNanos;
    }

    /** Follows a step of the wall clock. Intervals between events do not change. */
    public void setBootToEpochNanos(long newBootToEpochNanos) {
        long step = newBootToEpochNanos - bootToEpochNanos;
        bootToEpochNanos = newBootToEpochNanos;
        timeNanos += step;
        firstNanos += step;
        previousNanos += step;
    }

    /** Advances to the next event. */
    public void advance(int eventType, long bootNanos) {
        type = eventType;
        previousNanos = timeNanos;
        timeNanos = toEpoch(bootNanos);
        if (number++ == 0) {
            firstNanos = timeNanos;
            previousNanos = timeNanos;
        }
    }

    /** Restores the values of an event that was held. */
    public void restore(int eventType, long eventNumber, long bootNanos, long sinceFirst, long sincePrevious) {
        type = eventType;
        number = eventNumber;
        timeNanos = toEpoch(bootNanos);
        firstNanos = timeNanos - sinceFirst;
        previousNanos = timeNanos - sincePrevious;
    }

    String hostname() {
        return hostname;
    }

    public int type() {
        return type;
    }

    /** The event's number in the stream, from 1. */
    public long number() {
        return number;
    }

    /** Nanoseconds since the epoch. */
    public long timeNanos() {
        return timeNanos;
    }

    public long sinceFirstNanos() {
        return timeNanos - firstNanos;
    }

    public long sincePreviousNanos() {
        return timeNanos - previousNanos;
    }

    /** Converts nanoseconds since boot to nanoseconds since the epoch. */
    public long toEpoch(long bootNanos) {
        return bootNanos + bootToEpochNanos;
    }
}
