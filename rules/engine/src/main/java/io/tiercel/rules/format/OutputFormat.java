package io.tiercel.rules.format;

import io.tiercel.rules.check.Source;
import io.tiercel.rules.event.Event;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
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
    private final SortedMap<String, Source.FieldValue> fields;

    OutputFormat(String text, boolean lenient, List<Part> parts, SortedMap<String, Source.FieldValue> fields) {
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
    public SortedMap<String, Source.FieldValue> fields() {
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
                    String value = FieldText.of(token.source(), event, zone);
                    if (value == null && !lenient) {
                        return null;
                    }
                    appendFitted(out, value == null ? ABSENT : value, token.width());
                }
            }
        }
        return out.toString();
    }

    /** The values of the named fields under their texts; absent ones as null. The map belongs to the caller. */
    public SortedMap<String, @Nullable Object> values(Event event) {
        // Copying the map and replacing what is in it costs half of putting each text where it belongs.
        TreeMap<String, @Nullable Object> values = new TreeMap<>(fields);
        values.replaceAll(
                (name, field) -> field instanceof Source.FieldValue value ? FieldText.value(value, event) : null);
        return values;
    }

    /** Adds the values of the named fields under their texts; absent ones as null. */
    public void collect(Event event, SortedMap<String, @Nullable Object> values) {
        fields.forEach((name, field) -> values.put(name, FieldText.value(field, event)));
    }

    /** Pads with blanks or cuts to the width; 0 leaves the value as it is. */
    private static void appendFitted(StringBuilder out, String value, int width) {
        int length = value.codePointCount(0, value.length());
        if (width == 0 || length == width) {
            out.append(value);
        } else if (length > width) {
            out.append(value, 0, value.offsetByCodePoints(0, width));
        } else {
            out.append(value).repeat(' ', width - length);
        }
    }

    sealed interface Part {
        record Literal(String text) implements Part {}

        record Token(Source source, int width) implements Part {}
    }
}
