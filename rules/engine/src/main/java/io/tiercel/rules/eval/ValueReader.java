package io.tiercel.rules.eval;

import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldType;
import io.tiercel.rules.match.AsciiCase;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the values of sources from an event. If an argument is absent, the result is absent. */
public final class ValueReader {
    private ValueReader() {}

    /** Returns whether the source has a value. */
    public static boolean present(ValueSource source, Event event) {
        return switch (source) {
            case ValueSource.FieldValue field -> {
                if (field.ref().ancestors()) {
                    List<?> ancestors = event.list(field.ref());
                    yield ancestors != null && !ancestors.isEmpty();
                }
                yield event.has(field.ref());
            }
            case ValueSource.Length length -> present(length.argument(), event);
            default -> source.list() ? list(source, event) != null : text(source, event) != null;
        };
    }

    /** Returns the byte string of a source of type text, path or bytes; null if absent. */
    public static @Nullable String text(ValueSource source, Event event) {
        return switch (source) {
            case ValueSource.FieldValue field ->
                field.type() == FieldType.BYTES ? bytes(field.ref(), event) : event.text(field.ref());
            case ValueSource.ConstantText constant -> constant.text();
            case ValueSource.TextMapped mapped -> {
                String text = text(mapped.argument(), event);
                yield text == null ? null : mapped(mapped.mapping(), text);
            }
            case ValueSource.Joined joined -> {
                String separator = text(joined.separator(), event);
                List<?> parts = list(joined.parts(), event);
                yield separator == null || parts == null ? null : joined(separator, parts);
            }
            case ValueSource.Options options -> {
                List<?> arguments = list(options.arguments(), event);
                yield arguments == null || options.option() == null
                        ? null
                        : GetoptParser.value(arguments, options.optionString(), options.option());
            }
            case ValueSource.Items _, ValueSource.Length _ -> null;
        };
    }

    private static @Nullable String bytes(FieldRef ref, Event event) {
        byte[] bytes = event.bytes(ref);
        return bytes == null ? null : ByteText.ofBytes(bytes);
    }

    /**
     * Returns the number of a present numeric source. Unsigned numbers are in two's complement, and booleans are 0 or
     * 1.
     */
    public static long number(ValueSource source, Event event) {
        return switch (source) {
            case ValueSource.FieldValue field -> event.number(field.ref());
            case ValueSource.Length length -> length(length.argument(), event);
            default -> throw new IllegalArgumentException("not a numeric source: " + source);
        };
    }

    /** Returns the address of a source of type address or network; null if absent. */
    public static @Nullable InetAddress address(ValueSource source, Event event) {
        return source instanceof ValueSource.FieldValue field ? event.address(field.ref()) : null;
    }

    /** Returns the elements of a list source; null if absent. */
    public static @Nullable List<?> list(ValueSource source, Event event) {
        return switch (source) {
            case ValueSource.FieldValue field -> event.list(field.ref());
            case ValueSource.Items items -> {
                List<String> texts = new ArrayList<>(items.items().size());
                for (ValueSource item : items.items()) {
                    String text = text(item, event);
                    if (text == null) {
                        yield null;
                    }
                    texts.add(text);
                }
                yield texts;
            }
            case ValueSource.Options options -> {
                List<?> arguments = list(options.arguments(), event);
                yield arguments == null ? null : GetoptParser.all(arguments, options.optionString());
            }
            default -> null;
        };
    }

    private static long length(ValueSource argument, Event event) {
        if (argument.list()) {
            List<?> list = list(argument, event);
            return list == null ? 0 : list.size();
        }
        String text = text(argument, event);
        return text == null ? 0 : text.length();
    }

    private static @Nullable String mapped(ValueSource.Mapping mapping, String text) {
        return switch (mapping) {
            case TOLOWER -> AsciiCase.lower(text);
            case TOUPPER -> AsciiCase.upper(text);
            case BASENAME -> text.substring(text.lastIndexOf('/') + 1);
            case B64 -> decoded(text);
        };
    }

    private static @Nullable String decoded(String text) {
        try {
            return ByteText.ofBytes(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String joined(String separator, List<?> parts) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            text.append(i == 0 ? "" : separator).append(parts.get(i));
        }
        return text.toString();
    }
}
