package io.tiercel.rules.format;

import io.tiercel.rules.check.Source;
import io.tiercel.rules.eval.Values;
import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldTrait;
import io.tiercel.rules.field.FieldType;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values of fields as people read them, and as an alert's output fields carry them. */
final class FieldText {
    private FieldText() {}

    /** The value as Unicode text; null if absent. */
    static @Nullable String of(Source source, Event event, ZoneId zone) {
        if (source instanceof Source.FieldValue field) {
            Field named = field.ref().field();
            if (named.is(FieldTrait.EVENT_TIME)) {
                return time(named, event.timeNanos(), zone);
            }
            if (field.ref().ancestors()) {
                return ancestors(field.ref(), event);
            }
        }
        if (!Values.present(source, event)) {
            return null;
        }
        if (source.list()) {
            List<?> values = Values.list(source, event);
            return values == null
                    ? null
                    : values.stream()
                            .map(value -> ByteText.toUnicode(String.valueOf(value)))
                            .collect(Collectors.joining(",", "(", ")"));
        }
        return switch (source.type()) {
            case TEXT, PATH -> unicode(Values.text(source, event));
            case BYTES -> printable(Values.text(source, event));
            case ADDRESS, NETWORK -> address(Values.address(source, event));
            case BOOLEAN -> Values.number(source, event) != 0 ? "true" : "false";
            case INT64, UINT64, UINT32, PORT, TIME, DOUBLE -> number(source, Values.number(source, event));
        };
    }

    /** The value as String, Long (above 63 bits BigInteger), Boolean or List of these; null if absent. */
    static @Nullable Object value(Source.FieldValue field, Event event) {
        FieldRef ref = field.ref();
        if (ref.field().is(FieldTrait.EVENT_TIME)) {
            return event.timeNanos();
        }
        if (ref.ancestors()) {
            return ancestors(ref, event);
        }
        if (!Values.present(field, event)) {
            return null;
        }
        if (field.list()) {
            return texts(event.list(ref));
        }
        return switch (field.type()) {
            case TEXT, PATH -> unicode(event.text(ref));
            case BYTES -> printable(Values.text(field, event));
            case ADDRESS, NETWORK -> address(event.address(ref));
            case BOOLEAN -> event.number(ref) != 0;
            case INT64, UINT64, UINT32, PORT, TIME, DOUBLE -> {
                long number = event.number(ref);
                if (ref.field().is(FieldTrait.HEX)) {
                    yield number(field, number);
                }
                boolean huge = field.type() != FieldType.INT64 && number < 0;
                yield huge ? new BigInteger(Long.toUnsignedString(number)) : (Object) number;
            }
        };
    }

    private static @Nullable List<String> texts(@Nullable List<?> values) {
        if (values == null) {
            return null;
        }
        List<String> texts = new ArrayList<>(values.size());
        values.forEach(value -> texts.add(ByteText.toUnicode(String.valueOf(value))));
        return texts;
    }

    private static @Nullable String ancestors(FieldRef ref, Event event) {
        List<?> values = event.list(ref);
        return values == null || values.isEmpty()
                ? null
                : values.stream()
                        .map(value -> ByteText.toUnicode(String.valueOf(value)))
                        .collect(Collectors.joining(" "));
    }

    private static String time(Field field, long nanos, ZoneId zone) {
        return switch (field) {
            case EVT_TIME_S -> EventTime.clockSeconds(nanos, zone);
            case EVT_TIME_ISO8601 -> EventTime.iso(nanos);
            case EVT_DATETIME -> EventTime.date(nanos, zone);
            case EVT_DATETIME_S -> EventTime.dateSeconds(nanos, zone);
            default -> EventTime.clock(nanos, zone);
        };
    }

    private static String number(Source source, long number) {
        if (source instanceof Source.FieldValue field) {
            if (field.ref().field().is(FieldTrait.HEX)) {
                return Long.toHexString(number).toUpperCase(Locale.ROOT);
            }
            if (field.ref().field().is(FieldTrait.NINE_DIGITS)) {
                return String.format(Locale.ROOT, "%09d", number);
            }
        }
        return source.type() == FieldType.INT64 ? Long.toString(number) : Long.toUnsignedString(number);
    }

    private static @Nullable String unicode(@Nullable String bytes) {
        return bytes == null ? null : ByteText.toUnicode(bytes);
    }

    private static @Nullable String printable(@Nullable String bytes) {
        if (bytes == null) {
            return null;
        }
        StringBuilder text = new StringBuilder(bytes.length());
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            text.append(c >= ' ' && c < 127 ? c : '.');
        }
        return text.toString();
    }

    private static @Nullable String address(@Nullable InetAddress address) {
        if (address == null) {
            return null;
        }
        return address instanceof Inet6Address ? Ipv6Text.of(address.getAddress()) : address.getHostAddress();
    }
}
