package io.tiercel.rules.format;

import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.event.Event;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The text of a rule's alerts: literal text with tokens such as {@code %proc.name}, {@code %10fd.name}, {@code
 * %toupper(proc.name)}.
 *
 * <p>A leading star makes a format lenient: an absent field is printed as {@code <NA>}. Without it such an event has no
 * text at all. Alerts always use lenient formats.
 */
public final class OutputFormat {
    private static final String ABSENT = "<NA>";

    private final String text;
    private final boolean lenient;
    private final List<Part> parts;
    private final SortedMap<String, ValueSource.FieldValue> fields;

    OutputFormat(String text, boolean lenient, List<Part> parts, SortedMap<String, ValueSource.FieldValue> fields) {
        this.text = text;
        this.lenient = lenient;
        this.parts = List.copyOf(parts);
        this.fields = Collections.unmodifiableSortedMap(fields);
    }

    /** The format as written, without the star. */
    public String text() {
        return text;
    }

    /** The fields that the format names, also inside transformers, by their texts. */
    public SortedMap<String, ValueSource.FieldValue> fields() {
        return fields;
    }

    /**
     * The text for an event.
     *
     * @param zone time zone of {@code %evt.time} and {@code %evt.datetime}
     * @return null if a field is absent and the format is not lenient
     */
    public @Nullable String render(Event event, ZoneId zone) {
        StringBuilder out = new StringBuilder(2 * text.length());
        for (Part part : parts) {
            switch (part) {
                case Part.Literal literal -> out.append(literal.text());
                case Part.Token token -> {
                    String value = ValueFormatter.of(token.source(), event, zone);
                    if (value == null && !lenient) {
                        return null;
                    }
                    out.append(token.fitted(value));
                }
            }
        }
        return out.toString();
    }

    /** Adds the values of the named fields under their texts; absent ones as null. */
    public void collect(Event event, SortedMap<String, @Nullable Object> values) {
        fields.forEach((name, field) -> values.put(name, new OutputField(field).value(event)));
    }

    List<Part> parts() {
        return parts;
    }

    boolean lenient() {
        return lenient;
    }

    sealed interface Part {
        record Literal(String text) implements Part {}

        record Token(ValueSource source, int width) implements Part {
            /** The value padded with blanks or cut to the width; 0 leaves it as it is. */
            String fitted(@Nullable String value) {
                String text = value == null ? ABSENT : value;
                if (width == 0) {
                    return text;
                }
                int missing = width - text.codePointCount(0, text.length());
                return missing < 0 ? text.substring(0, text.offsetByCodePoints(0, width)) : text + " ".repeat(missing);
            }
        }
    }
}
