package io.tiercel.rules.compile;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldType;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An event with random or absent field values, which stay the same for the lifetime of the event. */
final class RandomEvent implements Event {
    private static final List<String> TYPES = List.of("open", "openat", "execve", "connect", "asyncevent");

    private final int type;
    private final long seed;
    private final Map<String, Optional<Object>> values = new HashMap<>();

    RandomEvent(long seed) {
        this.seed = seed;
        this.type = EventTypes.code(RandomValues.one(new Random(seed), TYPES));
    }

    @Override
    public int type() {
        return type;
    }

    @Override
    public long timeNanos() {
        return seed;
    }

    @Override
    public boolean has(FieldRef field) {
        return value(field) != null;
    }

    @Override
    public @Nullable String text(FieldRef field) {
        return value(field) instanceof String text ? text : null;
    }

    @Override
    public long number(FieldRef field) {
        return value(field) instanceof Long number ? number : 0;
    }

    @Override
    public @Nullable InetAddress address(FieldRef field) {
        return value(field) instanceof InetAddress address ? address : null;
    }

    @Override
    public byte @Nullable [] bytes(FieldRef field) {
        String text = text(field);
        return text == null ? null : text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public @Nullable List<?> list(FieldRef field) {
        return value(field) instanceof List<?> list ? list : null;
    }

    private @Nullable Object value(FieldRef field) {
        if (field.field() == Field.EVT_TYPE) {
            // Asynchronous events have their own names.
            return type == EventTypes.ASYNC ? "openat" : EventTypes.name(type);
        }
        return values.computeIfAbsent(field.text(), text -> value(field, new Random(seed * 31 + text.hashCode())))
                .orElse(null);
    }

    private static Optional<Object> value(FieldRef field, Random random) {
        FieldType type = type(field);
        if (random.nextInt(4) == 0) {
            return Optional.empty();
        }
        if (field.multiple()) {
            int least = field.field().list() ? 0 : 1;
            return Optional.of(IntStream.range(0, least + random.nextInt(3))
                    .mapToObj(i -> one(type, random))
                    .toList());
        }
        return Optional.of(one(type, random));
    }

    private static FieldType type(FieldRef field) {
        return field.field() == Field.EVT_RAWARG
                ? Objects.requireNonNull(EventTypes.parameterType(Objects.requireNonNull(field.key())))
                        .fieldType()
                : field.field().type();
    }

    private static Object one(FieldType type, Random random) {
        return switch (type) {
            case TEXT, PATH, BYTES -> RandomValues.text(random);
            case ADDRESS, NETWORK -> RandomValues.address(random);
            case INT64, UINT64, UINT32, PORT, TIME, BOOLEAN, DOUBLE -> RandomValues.number(random, type);
        };
    }

    @Override
    public String toString() {
        return EventTypes.name(type) + " " + values;
    }
}
