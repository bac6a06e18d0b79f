package io.tiercel.rules.eval;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.FieldRef;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event with a map of values, in the types that {@link Event} requires. */
public final class MapEvent implements Event {
    private final Map<String, Object> values;
    private int textsAsked;

    public MapEvent(Map<String, Object> values) {
        this.values = values;
    }

    public int textsAsked() {
        return textsAsked;
    }

    @Override
    public int type() {
        return EventTypes.code(String.valueOf(values.getOrDefault("evt.type", "read")));
    }

    @Override
    public long timeNanos() {
        return 1_700_000_000_123_456_789L;
    }

    @Override
    public boolean has(FieldRef field) {
        return values.containsKey(field.text());
    }

    @Override
    public @Nullable String text(FieldRef field) {
        textsAsked++;
        return (String) values.get(field.text());
    }

    @Override
    public long number(FieldRef field) {
        Object value = values.get(field.text());
        return value == null ? 0 : (Long) value;
    }

    @Override
    public @Nullable InetAddress address(FieldRef field) {
        return (InetAddress) values.get(field.text());
    }

    @Override
    public byte @Nullable [] bytes(FieldRef field) {
        return (byte[]) values.get(field.text());
    }

    @Override
    public @Nullable List<?> list(FieldRef field) {
        return (List<?>) values.get(field.text());
    }
}
