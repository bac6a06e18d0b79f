package io.tiercel.rules.testing;

import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldType;
import io.tiercel.rules.match.IpAddressParser;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An event that consists only of a map from field names to values.
 *
 * <p>Keys are field names with their arguments. Fields that are missing or null are absent. Values have the types of a
 * parsed YAML or JSON document: text, numbers, booleans, bytes and lists. A nested map holds one value for each
 * argument, as in {@code proc.env: {HOME: /root}}.
 */
public final class FieldMapEvent implements Event {
    static final String TYPE = Field.EVT_TYPE.fieldName();

    /** Default event time of rule tests: 2023-11-14T22:13:20Z. */
    static final long DEFAULT_TIME = 1_700_000_000_000_000_000L;

    private static final String TIME = Field.EVT_TIME.fieldName();
    private static final String RAW_TIME = Field.EVT_RAWTIME.fieldName();

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final int type;
    private final long timeNanos;

    /**
     * Creates an event from field values.
     *
     * @param timeNanos event time in nanoseconds since the epoch, used if neither {@code evt.time} nor {@code
     *     evt.rawtime} is set; 0 if unknown
     */
    public FieldMapEvent(Map<?, ?> values, long timeNanos) {
        values.forEach((name, value) -> put(String.valueOf(name), value));
        Object named = this.values.getOrDefault(TYPE, this.values.get(Field.SYSCALL_TYPE.fieldName()));
        this.type = Math.max(EventTypes.code(String.valueOf(named)), 0);
        Object time = this.values.get(TIME) instanceof Number nanos ? nanos : this.values.get(RAW_TIME);
        this.timeNanos = time == null ? timeNanos : number(time);
    }

    private void put(String name, @Nullable Object value) {
        if (value instanceof Map<?, ?> byArgument) {
            Field field = Field.byName(name);
            boolean bracketed = field != null && !field.argument().appended();
            byArgument.forEach(
                    (argument, inner) -> put(bracketed ? name + "[" + argument + "]" : name + "." + argument, inner));
        } else if (value != null) {
            values.put(withoutQuotes(name), value);
        }
    }

    /** Converts {@code proc.env["HOME"]} to {@code proc.env[HOME]}. */
    private static String withoutQuotes(String name) {
        int open = name.indexOf('[');
        String argument = name.endsWith("]") && open > 0 ? name.substring(open + 1, name.length() - 1) : "";
        boolean quoted = argument.length() > 1
                && (argument.startsWith("\"") || argument.startsWith("'"))
                && argument.charAt(0) == argument.charAt(argument.length() - 1);
        return quoted ? name.substring(0, open + 1) + argument.substring(1, argument.length() - 1) + "]" : name;
    }

    /** Returns whether {@code evt.type} names a known event type, as in every real event. */
    public boolean hasEventType() {
        return EventTypes.code(String.valueOf(values.get(TYPE))) >= 0;
    }

    /** Returns an error message if the field does not exist or cannot hold the value; otherwise null. */
    static @Nullable String problem(String name, Object value) {
        if (name.equals(TYPE)) {
            return EventTypes.code(value.toString()) < 0 ? "unknown event type " + value : null;
        }
        Field field = field(name);
        if (field == null) {
            return "unknown field " + name + "; './tiercel fields' lists all fields";
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
        return fits(field, value)
                ? null
                : value + " is not a valid value for " + name + ", which has the type " + field.type();
    }

    /** Returns the field whose name is the longest prefix of the text. */
    private static @Nullable Field field(String name) {
        int bracket = name.indexOf('[');
        String rest = bracket < 0 ? name : name.substring(0, bracket);
        while (!rest.isEmpty()) {
            Field field = Field.byName(rest);
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
            case ADDRESS -> IpAddressParser.parse(value.toString()) != null;
        };
    }

    @Override
    public int type() {
        return type;
    }

    @Override
    public long timeNanos() {
        return timeNanos;
    }

    private @Nullable Object value(FieldRef ref) {
        Object value = values.get(ref.text());
        boolean time = ref.field() == Field.EVT_TIME || ref.field() == Field.EVT_RAWTIME;
        return value == null && time && timeNanos != 0 ? (Object) timeNanos : value;
    }

    @Override
    public boolean has(FieldRef ref) {
        return value(ref) != null;
    }

    @Override
    public @Nullable String text(FieldRef ref) {
        Object value = value(ref);
        return value == null ? null : text(value);
    }

    private static String text(Object value) {
        return switch (value) {
            case byte[] bytes -> ByteText.ofBytes(bytes);
            case List<?> parts -> parts.stream().map(FieldMapEvent::text).collect(Collectors.joining(" "));
            default -> ByteText.fromUnicode(value.toString());
        };
    }

    @Override
    public long number(FieldRef ref) {
        Object value = value(ref);
        return value == null ? 0 : number(value);
    }

    private static long number(Object value) {
        return switch (value) {
            case Boolean bool -> bool ? 1 : 0;
            case Number number -> number.longValue();
            case String text when text.equals("true") -> 1;
            case String text when text.matches("[+-]?[0-9]{1,30}") -> new BigInteger(text).longValue();
            default -> 0;
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
        if (value instanceof List<?> numbers) {
            byte[] bytes = new byte[numbers.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) number(numbers.get(i));
            }
            return bytes;
        }
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
