package io.tiercel.rules.compile;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.FieldRef;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts how often texts of an event are read. */
final class CountingEvent implements Event {
    private final Event event;
    private int reads;

    CountingEvent(Event event) {
        this.event = event;
    }

    int reads() {
        return reads;
    }

    @Override
    public int type() {
        return event.type();
    }

    @Override
    public long timeNanos() {
        return event.timeNanos();
    }

    @Override
    public boolean has(FieldRef field) {
        return event.has(field);
    }

    @Override
    public @Nullable String text(FieldRef field) {
        reads++;
        return event.text(field);
    }

    @Override
    public long number(FieldRef field) {
        return event.number(field);
    }

    @Override
    public @Nullable InetAddress address(FieldRef field) {
        return event.address(field);
    }

    @Override
    public byte @Nullable [] bytes(FieldRef field) {
        return event.bytes(field);
    }

    @Override
    public @Nullable List<?> list(FieldRef field) {
        return event.list(field);
    }

    @Override
    public String toString() {
        return event.toString();
    }
}
