package io.tiercel.rules.format;

import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldType;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A precomputed layout for the alerts of a rule: sorted field names, and literal text between tokens.
 *
 * <p>Each field is read once per alert, for the text and the output fields.
 */
public final class AlertFormat {
    /** The event time, which all alerts have. It comes from {@code Event.timeNanos}, so it needs no slot. */
    private static final OutputField TIME =
            new OutputField(new ValueSource.FieldValue(new FieldRef(Field.EVT_TIME, -1, null, 0), FieldType.TIME));

    /** Initial capacity for the value of a token. Most values are shorter. */
    private static final int VALUE_LENGTH = 24;

    /** The source of the value of an output field. */
    private sealed interface Column {
        @Nullable
        Object value(Event event, ZoneId zone);

        /** The typed value of a field. */
        record FieldColumn(OutputField field) implements Column {
            @Override
            public @Nullable Object value(Event event, ZoneId zone) {
                return field.value(event);
            }
        }

        /** A rendered text. */
        record TextColumn(OutputFormat format) implements Column {
            @Override
            public @Nullable Object value(Event event, ZoneId zone) {
                return format.render(event, zone);
            }
        }
    }

    /**
     * A segment of the message: literal text followed by a token.
     *
     * @param literal literal text; can be empty
     * @param token token; null in the last segment
     * @param field field of the token if a column has its value; otherwise null
     * @param column index of that column
     */
    private record Segment(
            String literal,
            OutputFormat.Part.@Nullable Token token,
            @Nullable OutputField field,
            int column) {}

    private final String[] names;
    private final Column[] columns;
    private final Segment[] segments;
    private final int length;
    private final boolean lenient;

    private AlertFormat(OutputFormat output, SortedMap<String, Column> fields) {
        this.names = fields.keySet().toArray(String[]::new);
        this.columns = fields.values().toArray(Column[]::new);
        List<Segment> found = new ArrayList<>();
        String literal = "";
        for (OutputFormat.Part part : output.parts()) {
            switch (part) {
                case OutputFormat.Part.LiteralText(String text) -> literal = text;
                case OutputFormat.Part.Token token -> {
                    found.add(segment(literal, token));
                    literal = "";
                }
            }
        }
        found.add(new Segment(literal, null, null, 0));
        this.segments = found.toArray(Segment[]::new);
        int expected = 0;
        for (Segment segment : segments) {
            expected += segment.literal().length() + VALUE_LENGTH;
        }
        this.length = expected;
        this.lenient = output.lenient();
    }

    private Segment segment(String literal, OutputFormat.Part.Token token) {
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] instanceof Column.FieldColumn(OutputField field) && field.reads(token.source())) {
                return new Segment(literal, token, field, i);
            }
        }
        return new Segment(literal, token, null, 0);
    }

    /** Builder that collects output fields. A later field replaces an earlier one with the same name. */
    public static final class Builder {
        private final OutputFormat output;
        private final SortedMap<String, Column> columns = new TreeMap<>();

        /** Creates a builder with the fields of an output and the event time under {@code evt.time}. */
        public Builder(OutputFormat output) {
            this.output = output;
            fieldsOf(output);
            columns.putIfAbsent(Field.EVT_TIME.fieldName(), new Column.FieldColumn(TIME));
        }

        /** Adds the fields of a format with their typed values. */
        public Builder fieldsOf(OutputFormat format) {
            format.fields().forEach((name, field) -> columns.put(name, new Column.FieldColumn(new OutputField(field))));
            return this;
        }

        /** Adds a field with the rendered text of a format, or null if the format renders no text. */
        public Builder text(String name, OutputFormat format) {
            columns.put(name, new Column.TextColumn(format));
            return this;
        }

        public AlertFormat build() {
            return new AlertFormat(output, columns);
        }
    }

    /**
     * The message and the output fields of an alert.
     *
     * @param message message; empty if a field is absent and the format is not lenient
     * @param fields unmodifiable map from field names to values; null for absent fields
     */
    public record Content(String message, SortedMap<String, @Nullable Object> fields) {}

    /** Renders an alert for an event. The result has no reference to the event. */
    public Content render(Event event, ZoneId zone) {
        @Nullable Object[] values = new @Nullable Object[columns.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = columns[i].value(event, zone);
        }
        return new Content(message(values, event, zone), new SortedFieldMap(names, values));
    }

    private String message(@Nullable Object[] values, Event event, ZoneId zone) {
        StringBuilder message = new StringBuilder(length);
        for (Segment segment : segments) {
            message.append(segment.literal());
            OutputFormat.Part.Token token = segment.token();
            if (token != null) {
                String text = text(segment.field(), values[segment.column()], token, event, zone);
                if (text == null && !lenient) {
                    return "";
                }
                message.append(token.pad(text));
            }
        }
        return message.toString();
    }

    private static @Nullable String text(
            @Nullable OutputField field,
            @Nullable Object value,
            OutputFormat.Part.Token token,
            Event event,
            ZoneId zone) {
        if (field == null) {
            return ValueFormatter.format(token.source(), event, zone);
        }
        return value == null ? null : field.text(value, zone);
    }
}
