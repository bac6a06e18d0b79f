package io.tiercel.rules.filter;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldType;
import io.tiercel.rules.match.IpAddressParser;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Adapter that presents an alert and facts as an event. Event fields have the values in the output fields. */
record AlertEvent(Alert alert, Map<String, ?> facts) implements Event {
    @Override
    public int type() {
        return Math.max(EventTypes.code(String.valueOf(alert.outputFields().get(Field.EVT_TYPE.fieldName()))), 0);
    }

    @Override
    public long timeNanos() {
        return alert.timeNanos();
    }

    private @Nullable Object value(FieldRef ref) {
        return switch (ref.field()) {
            case ALERT_HOSTNAME -> alert.hostname();
            case ALERT_PRIORITY -> alert.priority().label();
            case ALERT_RULE -> alert.rule();
            case ALERT_SOURCE -> alert.source();
            case ALERT_TAGS -> alert.tags();
            case ALERT_OUTPUT_FIELDS -> alert.outputFields().get(Objects.requireNonNull(ref.key()));
            case ALERT_FACT_TEXT, ALERT_FACT_TEXTS, ALERT_FACT_NUMBER, ALERT_FACT_FLAG, ALERT_FACT_ADDRESS ->
                facts.get(Objects.requireNonNull(ref.key()));
            case EVT_TIME, EVT_RAWTIME -> alert.timeNanos();
            default -> alert.outputFields().get(ref.text());
        };
    }

    @Override
    public boolean has(FieldRef ref) {
        Object value = value(ref);
        return switch (ref.field().type()) {
            case INT64, UINT64, UINT32, PORT, TIME, BOOLEAN, DOUBLE ->
                value instanceof Number || value instanceof Boolean || value instanceof List<?>;
            case TEXT, PATH, BYTES, ADDRESS, NETWORK -> value != null;
        };
    }

    @Override
    public @Nullable String text(FieldRef ref) {
        Object value = value(ref);
        return value == null ? null : text(value);
    }

    private static String text(Object value) {
        if (value instanceof List<?> parts) {
            StringBuilder joined = new StringBuilder();
            for (Object part : parts) {
                joined.append(joined.isEmpty() ? "" : " ").append(part);
            }
            return ByteText.fromUnicode(joined.toString());
        }
        return ByteText.fromUnicode(value.toString());
    }

    @Override
    public long number(FieldRef ref) {
        return number(value(ref));
    }

    private static long number(@Nullable Object value) {
        return switch (value) {
            case Boolean bool -> bool ? 1 : 0;
            case Number number -> number.longValue();
            case null, default -> 0;
        };
    }

    @Override
    public @Nullable InetAddress address(FieldRef ref) {
        Object value = value(ref);
        return value == null ? null : IpAddressParser.parse(value.toString());
    }

    @Override
    public byte @Nullable [] bytes(FieldRef ref) {
        Object value = value(ref);
        return value == null ? null : text(value).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public @Nullable List<?> list(FieldRef ref) {
        Object value = value(ref);
        if (value == null) {
            return null;
        }
        List<Object> elements = new ArrayList<>();
        for (Object element : value instanceof List<?> list ? list : List.of(value)) {
            Object converted = element == null ? null : element(ref.field().type(), element);
            if (converted != null) {
                elements.add(converted);
            }
        }
        return elements;
    }

    private static @Nullable Object element(FieldType type, Object element) {
        return switch (type) {
            case TEXT, PATH, BYTES -> text(element);
            case ADDRESS, NETWORK -> IpAddressParser.parse(element.toString());
            case INT64, UINT64, UINT32, PORT, TIME, BOOLEAN, DOUBLE -> number(element);
        };
    }
}
