package io.tiercel.rules.conformance;

import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldType;
import io.tiercel.rules.match.Addresses;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event whose field values stand in a case: keys are fields with their arguments, missing or null ones absent. */
final class CaseEvent implements Event {
    private final Map<?, ?> values;
    private final long timeNanos;

    CaseEvent(Map<?, ?> values, long timeNanos) {
        this.values = values;
        this.timeNanos = timeNanos;
    }

    @Override
    public int type() {
        Object name = values.get("evt.type");
        int code = name == null ? -1 : EventTypes.code(String.valueOf(name));
        return Math.max(code, 0);
    }

    @Override
    public long timeNanos() {
        return timeNanos;
    }

    @Override
    public boolean has(FieldRef field) {
        return value(field) != null;
    }

    @Override
    public @Nullable String text(FieldRef field) {
        Object value = value(field);
        return value == null ? null : ByteText.fromUnicode(String.valueOf(value));
    }

    @Override
    public long number(FieldRef field) {
        return number(value(field));
    }

    @Override
    public @Nullable InetAddress address(FieldRef field) {
        Object value = value(field);
        return value == null ? null : Addresses.parse(String.valueOf(value));
    }

    @Override
    public byte @Nullable [] bytes(FieldRef field) {
        String text = text(field);
        return text == null ? null : text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public @Nullable List<?> list(FieldRef field) {
        Object value = value(field);
        if (value == null) {
            return null;
        }
        List<Object> result = new ArrayList<>();
        for (Object element : value instanceof List<?> list ? list : List.of(value)) {
            Object converted = element(field.field().type(), element);
            if (converted != null) {
                result.add(converted);
            }
        }
        return result;
    }

    private static @Nullable Object element(FieldType type, Object element) {
        return switch (type) {
            case TEXT, PATH, BYTES -> ByteText.fromUnicode(String.valueOf(element));
            case ADDRESS, NETWORK -> Addresses.parse(String.valueOf(element));
            case INT64, UINT64, UINT32, PORT, TIME, BOOLEAN, DOUBLE -> number(element);
        };
    }

    private @Nullable Object value(FieldRef field) {
        Object value = values.get(field.text());
        return value == null && field.field() == Field.EVT_RAWTIME && timeNanos != 0 ? (Object) timeNanos : value;
    }

    private static long number(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case Boolean bool -> bool ? 1 : 0;
            case Number number -> number.longValue();
            case String text when text.equals("true") -> 1;
            case String text when text.matches("[+-]?[0-9]+") -> new BigInteger(text).longValue();
            default -> 0;
        };
    }
}
