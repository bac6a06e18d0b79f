package io.tiercel.rules.format;

import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.eval.ValueReader;
import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.FieldType;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Formats values as text for outputs. */
final class ValueFormatter {
    private ValueFormatter() {}

    /** Returns the value as Unicode text; null if absent. */
    static @Nullable String format(ValueSource source, Event event, ZoneId zone) {
        if (source instanceof ValueSource.FieldValue field) {
            OutputField named = new OutputField(field);
            Object value = named.value(event);
            return value == null ? null : named.text(value, zone);
        }
        if (!ValueReader.present(source, event)) {
            return null;
        }
        if (source.list()) {
            List<String> texts = texts(ValueReader.list(source, event));
            return texts == null ? null : list(texts);
        }
        return switch (source.type()) {
            case TEXT, PATH -> unicode(ValueReader.text(source, event));
            case BYTES -> printable(ValueReader.text(source, event));
            case ADDRESS, NETWORK -> address(ValueReader.address(source, event));
            case BOOLEAN -> Boolean.toString(ValueReader.number(source, event) != 0);
            case INT64, UINT64, UINT32, PORT, TIME, DOUBLE -> number(source.type(), ValueReader.number(source, event));
        };
    }

    static @Nullable List<String> texts(@Nullable List<?> values) {
        if (values == null) {
            return null;
        }
        List<String> texts = new ArrayList<>(values.size());
        for (Object value : values) {
            texts.add(ByteText.toUnicode(String.valueOf(value)));
        }
        return texts;
    }

    static String list(List<?> texts) {
        StringBuilder text = new StringBuilder("(");
        for (int i = 0; i < texts.size(); i++) {
            text.append(i == 0 ? "" : ",").append(texts.get(i));
        }
        return text.append(')').toString();
    }

    static String number(FieldType type, long number) {
        return type == FieldType.INT64 ? Long.toString(number) : Long.toUnsignedString(number);
    }

    static @Nullable String unicode(@Nullable String bytes) {
        return bytes == null ? null : ByteText.toUnicode(bytes);
    }

    static @Nullable String printable(@Nullable String bytes) {
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

    static @Nullable String address(@Nullable InetAddress address) {
        if (address == null) {
            return null;
        }
        return address instanceof Inet6Address ? Ipv6Formatter.format(address.getAddress()) : address.getHostAddress();
    }
}
