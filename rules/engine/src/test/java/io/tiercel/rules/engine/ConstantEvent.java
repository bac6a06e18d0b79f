package io.tiercel.rules.engine;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.FieldRef;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event in which every text is {@code cat} and every number is 1. */
final class ConstantEvent implements Event {
    private final int type = EventTypes.code("openat");

    @Override
    public int type() {
        return type;
    }

    @Override
    public long timeNanos() {
        return 1;
    }

    @Override
    public boolean has(FieldRef field) {
        return true;
    }

    @Override
    public String text(FieldRef field) {
        return "cat";
    }

    @Override
    public long number(FieldRef field) {
        return 1;
    }

    @Override
    public @Nullable InetAddress address(FieldRef field) {
        return null;
    }

    @Override
    public byte @Nullable [] bytes(FieldRef field) {
        return null;
    }

    @Override
    public @Nullable List<?> list(FieldRef field) {
        return null;
    }
}
