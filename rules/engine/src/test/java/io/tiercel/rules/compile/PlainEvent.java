package io.tiercel.rules.compile;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.match.IpAddressParser;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event with constant text, number and address. Its accessors do not allocate. */
final class PlainEvent implements Event {
    private static final int TYPE = EventTypes.code("openat");

    private final @Nullable InetAddress address = IpAddressParser.parse("10.1.2.3");

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public long timeNanos() {
        return 0;
    }

    @Override
    public boolean has(FieldRef field) {
        return true;
    }

    @Override
    public String text(FieldRef field) {
        return "openat";
    }

    @Override
    public long number(FieldRef field) {
        return 1;
    }

    @Override
    public @Nullable InetAddress address(FieldRef field) {
        return address;
    }

    @Override
    public byte @Nullable [] bytes(FieldRef field) {
        return null;
    }

    @Override
    public List<?> list(FieldRef field) {
        return List.of();
    }
}
