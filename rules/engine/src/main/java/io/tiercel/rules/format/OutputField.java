package io.tiercel.rules.format;

import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.eval.ValueReader;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldTrait;
import java.math.BigInteger;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A field of an output. The way to read the value is determined once. The text is derived from the value, so that one
 * read provides both.
 */
final class OutputField {
    private enum Kind {
        EVENT_TIME,
        ANCESTORS,
        LIST,
        TEXT,
        BYTES,
        ADDRESS,
        BOOLEAN,
        SIGNED,
        UNSIGNED,
        HEX
    }

    private final ValueSource.FieldValue field;
    private final FieldRef ref;
    private final Kind kind;

    OutputField(ValueSource.FieldValue field) {
        this.field = field;
        this.ref = field.ref();
        this.kind = kind(field);
    }

    private static Kind kind(ValueSource.FieldValue value) {
        Field field = value.ref().field();
        if (field.is(FieldTrait.EVENT_TIME)) {
            return Kind.EVENT_TIME;
        }
        if (value.ref().ancestors()) {
            return Kind.ANCESTORS;
        }
        if (value.list()) {
            return Kind.LIST;
        }
        return switch (value.type()) {
            case TEXT, PATH -> Kind.TEXT;
            case BYTES -> Kind.BYTES;
            case ADDRESS, NETWORK -> Kind.ADDRESS;
            case BOOLEAN -> Kind.BOOLEAN;
            case INT64 -> field.is(FieldTrait.HEX) ? Kind.HEX : Kind.SIGNED;
            case UINT64, UINT32, PORT, TIME, DOUBLE -> field.is(FieldTrait.HEX) ? Kind.HEX : Kind.UNSIGNED;
        };
    }

    /** Returns whether the source is this field. */
    boolean reads(ValueSource source) {
        return source instanceof ValueSource.FieldValue other && other.ref().equals(ref);
    }

    /** Returns the value as a String, Long, BigInteger (above 63 bits), Boolean or List of String; null if absent. */
    @Nullable
    Object value(Event event) {
        return switch (kind) {
            case TEXT -> ValueFormatter.unicode(event.text(ref));
            case EVENT_TIME -> event.timeNanos();
            case ANCESTORS -> ancestors(event.list(ref));
            case LIST -> event.has(ref) ? ValueFormatter.texts(event.list(ref)) : null;
            case BYTES -> ValueFormatter.printable(ValueReader.text(field, event));
            case ADDRESS -> ValueFormatter.address(event.address(ref));
            case BOOLEAN, SIGNED, UNSIGNED, HEX -> event.has(ref) ? number(event.number(ref)) : null;
        };
    }

    private Object number(long number) {
        return switch (kind) {
            case BOOLEAN -> number != 0;
            case HEX -> Long.toHexString(number).toUpperCase(Locale.ROOT);
            case UNSIGNED -> number < 0 ? new BigInteger(Long.toUnsignedString(number)) : (Object) number;
            default -> number;
        };
    }

    private static @Nullable String ancestors(@Nullable List<?> values) {
        List<String> texts = ValueFormatter.texts(values);
        return texts == null || texts.isEmpty() ? null : String.join(" ", texts);
    }

    /** Returns the text of a value that {@link #value} returned. */
    String text(Object value, ZoneId zone) {
        if (value instanceof String text) {
            return text;
        }
        return switch (kind) {
            case EVENT_TIME -> time((Long) value, zone);
            case LIST -> ValueFormatter.list((List<?>) value);
            default -> value instanceof Long number ? digits(number) : value.toString();
        };
    }

    private String digits(long number) {
        return ref.field().is(FieldTrait.NINE_DIGITS)
                ? String.format(Locale.ROOT, "%09d", number)
                : Long.toString(number);
    }

    private String time(long nanos, ZoneId zone) {
        return switch (ref.field()) {
            case EVT_TIME_S -> EventTimeFormatter.clockSeconds(nanos, zone);
            case EVT_TIME_ISO8601 -> EventTimeFormatter.iso(nanos);
            case EVT_DATETIME -> EventTimeFormatter.date(nanos, zone);
            case EVT_DATETIME_S -> EventTimeFormatter.dateSeconds(nanos, zone);
            default -> EventTimeFormatter.clock(nanos, zone);
        };
    }
}
