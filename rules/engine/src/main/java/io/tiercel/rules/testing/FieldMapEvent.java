package io.tiercel.rules.testing;

import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldType;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event that is nothing but the values of its fields. */
final class FieldMapEvent implements Event {
    static final String TYPE = "evt.type";
    private static final String TIME = "evt.time";
    private static final String RAW_TIME = "evt.rawtime";

    /** Time of events that do not say: 2023-11-14T22:13:20Z. */
    private static final long DEFAULT_TIME = 1_700_000_000_000_000_000L;

    private final Map<String, Object> values;
    private final int type;

    FieldMapEvent(Map<String, Object> values) {
        this.values = values;
        this.type = EventTypes.code(String.valueOf(values.get(TYPE)));
    }

    /** What is wrong with a value for the field; null if nothing is. */
    static @Nullable String problem(String name, Object value) {
        if (name.equals(TYPE)) {
            return EventTypes.code(value.toString()) < 0 ? "there is no event type " + value : null;
        }
        Field field = field(name);
        if (field == null) {
            return "there is no field " + name + "; tiercel fields lists all";
        }
        if (value instanceof List<?> list) {
            for (Object element : list) {
                String problem = problem(name, element);
                if (problem != null) {
                    return problem;
                }
            }
            return null;
        }
        return fits(field, value) ? null : value + " is no value of " + name + ", which is of the type " + field.type();
    }

    /** The field whose name is the longest beginning of the text. */
    private static @Nullable Field field(String name) {
        int bracket = name.indexOf('[');
        String rest = bracket < 0 ? name : name.substring(0, bracket);
        while (!rest.isEmpty()) {
            Field field = Field.named(rest);
            if (field != null) {
                return bracket >= 0 || rest.equals(name) || field.argument().appended() ? field : null;
            }
            rest = bracket >= 0 ? "" : rest.substring(0, Math.max(0, rest.lastIndexOf('.')));
        }
        return null;
    }

    private static boolean fits(Field field, Object value) {
        if (field.argument().appended()) {
            return true;
        }
        return switch (field.type()) {
            case TEXT, PATH, BYTES, NETWORK -> true;
            case INT64, UINT64, UINT32, PORT, TIME -> value instanceof Long;
            case BOOLEAN -> value instanceof Boolean;
            case DOUBLE -> value instanceof Number;
            case ADDRESS -> address(value) != null;
        };
    }

    @Override
    public int type() {
        return type;
    }

    @Override
    public long timeNanos() {
        Object time = values.getOrDefault(TIME, values.get(RAW_TIME));
        return time instanceof Long nanos ? nanos : DEFAULT_TIME;
    }

    private @Nullable Object value(FieldRef ref) {
        Object value = values.get(ref.text());
        if (value == null && (ref.text().equals(TIME) || ref.text().equals(RAW_TIME))) {
            return timeNanos();
        }
        return value;
    }

    @Override
    public boolean has(FieldRef ref) {
        return value(ref) != null;
    }

    @Override
    public @Nullable String text(FieldRef ref) {
        Object value = value(ref);
        return value == null ? null : ByteText.fromUnicode(value.toString());
    }

    @Override
    public long number(FieldRef ref) {
        return switch (value(ref)) {
            case Boolean bool -> bool ? 1 : 0;
            case Number number -> number.longValue();
            case null, default -> 0;
        };
    }

    @Override
    public @Nullable InetAddress address(FieldRef ref) {
        Object value = value(ref);
        return value == null ? null : address(value);
    }

    @Override
    public byte @Nullable [] bytes(FieldRef ref) {
        String text = text(ref);
        return text == null ? null : text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public @Nullable List<?> list(FieldRef ref) {
        Object value = value(ref);
        if (value == null) {
            return null;
        }
        List<?> elements = value instanceof List<?> list ? list : List.of(value);
        return elements.stream().map(element -> element(ref, element)).toList();
    }

    private static Object element(FieldRef ref, Object value) {
        FieldType type = ref.field().type();
        if (type == FieldType.ADDRESS || type == FieldType.NETWORK) {
            InetAddress address = address(value);
            return address == null ? value : address;
        }
        return switch (value) {
            case Boolean bool -> bool ? 1L : 0L;
            case String text -> ByteText.fromUnicode(text);
            default -> value;
        };
    }

    private static @Nullable InetAddress address(Object value) {
        try {
            return InetAddress.ofLiteral(value.toString());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
