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
 * What a rule's alerts hold about an event, laid out once for all of them: names in order, literal text in its place. Each
 * field is read once per alert, for the text and for the output fields.
 */
public final class AlertFormat {
    /** The event's time belongs to every alert. It is no field that an event is asked for, so it needs no slot. */
    private static final OutputField TIME =
            new OutputField(new ValueSource.FieldValue(new FieldRef(Field.EVT_TIME, -1, null, 0), FieldType.TIME));

    /** Room for a token's value in a new text; most are shorter. */
    private static final int VALUE_LENGTH = 24;

    /** An output field's value. */
    private sealed interface Column {
        @Nullable
        Object value(Event event, ZoneId zone);

        /** A field's own value. */
        record Own(OutputField field) implements Column {
            @Override
            public @Nullable Object value(Event event, ZoneId zone) {
                return field.value(event);
            }
        }

        /** A text. */
        record Rendered(OutputFormat format) implements Column {
            @Override
            public @Nullable Object value(Event event, ZoneId zone) {
                return format.render(event, zone);
            }
        }
    }

    /**
     * A part of the message: literal text and the token behind it.
     *
     * @param literal may be empty
     * @param token null behind the last literal text
     * @param field the token, if it is a field whose value stands in a column
     * @param column that column
     */
    private record Piece(
            String literal,
            OutputFormat.Part.@Nullable Token token,
            @Nullable OutputField field,
            int column) {}

    private final String[] names;
    private final Column[] columns;
    private final Piece[] pieces;
    private final int length;
    private final boolean lenient;

    private AlertFormat(OutputFormat output, SortedMap<String, Column> fields) {
        this.names = fields.keySet().toArray(String[]::new);
        this.columns = fields.values().toArray(Column[]::new);
        List<Piece> found = new ArrayList<>();
        String literal = "";
        for (OutputFormat.Part part : output.parts()) {
            switch (part) {
                case OutputFormat.Part.Literal(String text) -> literal = text;
                case OutputFormat.Part.Token token -> {
                    found.add(piece(literal, token));
                    literal = "";
                }
            }
        }
        found.add(new Piece(literal, null, null, 0));
        this.pieces = found.toArray(Piece[]::new);
        int expected = 0;
        for (Piece piece : pieces) {
            expected += piece.literal().length() + VALUE_LENGTH;
        }
        this.length = expected;
        this.lenient = output.lenient();
    }

    private Piece piece(String literal, OutputFormat.Part.Token token) {
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] instanceof Column.Own(OutputField field) && field.reads(token.source())) {
                return new Piece(literal, token, field, i);
            }
        }
        return new Piece(literal, token, null, 0);
    }

    /** Collects what alerts hold beside the text and the fields that it names; what is added later wins. */
    public static final class Builder {
        private final OutputFormat output;
        private final SortedMap<String, Column> columns = new TreeMap<>();

        /** Begins with a rule's output and with the event's time under {@code evt.time}. */
        public Builder(OutputFormat output) {
            this.output = output;
            fieldsOf(output);
            columns.putIfAbsent(Field.EVT_TIME.fieldName(), new Column.Own(TIME));
        }

        /** Adds the fields that a format names, with their own values. */
        public Builder fieldsOf(OutputFormat format) {
            format.fields().forEach((name, field) -> columns.put(name, new Column.Own(new OutputField(field))));
            return this;
        }

        /** Adds a field that holds the format's text, null where that has none. */
        public Builder text(String name, OutputFormat format) {
            columns.put(name, new Column.Rendered(format));
            return this;
        }

        public AlertFormat build() {
            return new AlertFormat(output, columns);
        }
    }

    /**
     * A text and the output fields that belong to it.
     *
     * @param message empty if a field is absent and the format is not lenient
     * @param fields by name, null for absent ones; not to be changed
     */
    public record Content(String message, SortedMap<String, @Nullable Object> fields) {}

    /** What an alert holds about the event, of which nothing is kept. */
    public Content write(Event event, ZoneId zone) {
        @Nullable Object[] values = new @Nullable Object[columns.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = columns[i].value(event, zone);
        }
        return new Content(message(values, event, zone), new SortedFieldMap(names, values));
    }

    private String message(@Nullable Object[] values, Event event, ZoneId zone) {
        StringBuilder message = new StringBuilder(length);
        for (Piece piece : pieces) {
            message.append(piece.literal());
            OutputFormat.Part.Token token = piece.token();
            if (token != null) {
                String text = text(piece.field(), values[piece.column()], token, event, zone);
                if (text == null && !lenient) {
                    return "";
                }
                message.append(token.fitted(text));
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
            return ValueFormatter.of(token.source(), event, zone);
        }
        return value == null ? null : field.text(value, zone);
    }
}
