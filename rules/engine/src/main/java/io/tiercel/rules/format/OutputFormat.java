package io.tiercel.rules.format;

import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.event.Event;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * An output format: literal text with tokens such as {@code %proc.name}, {@code %10fd.name} or {@code
 * %toupper(proc.name)}.
 *
 * <p>A leading star makes a format lenient: absent fields are printed as {@code <NA>}. A format that is not lenient
 * renders no text if a field is absent. Alerts always use lenient formats.
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

    /** Returns the format as written, without the star. */
    public String text() {
        return text;
    }

    /** Returns the fields of the format, including arguments of transformers, by name. */
    public SortedMap<String, ValueSource.FieldValue> fields() {
        return fields;
    }

    /**
     * Renders the text for an event.
     *
     * @param zone time zone of {@code %evt.time} and {@code %evt.datetime}
     * @return the text, or null if a field is absent and the format is not lenient
     */
    public @Nullable String render(Event event, ZoneId zone) {
        StringBuilder out = new StringBuilder(2 * text.length());
        for (Part part : parts) {
            switch (part) {
                case Part.LiteralText literal -> out.append(literal.text());
                case Part.Token token -> {
                    String value = ValueFormatter.format(token.source(), event, zone);
                    if (value == null && !lenient) {
                        return null;
                    }
                    out.append(token.pad(value));
                }
            }
        }
        return out.toString();
    }

    /** Returns a lower bound of the size of a rendered text in UTF-8. Only a format that is lenient always renders a text. */
    public long minimumBytes() {
        long bytes = 0;
        for (Part part : parts) {
            bytes += switch (part) {
                case Part.LiteralText literal -> literal.text().getBytes(StandardCharsets.UTF_8).length;
                case Part.Token token -> token.width();
            };
        }
        return bytes;
    }

    /** Adds the values of the fields to a map by name. Absent fields have the value null. */
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
        record LiteralText(String text) implements Part {}

        record Token(ValueSource source, int width) implements Part {
            /** Pads the value with spaces, or truncates it, to the width. A width of 0 leaves the value unchanged. */
            String pad(@Nullable String value) {
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
