package io.tiercel.bench;

import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.FieldRef;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event with precomputed field values, so that a benchmark measures only the rules. */
final class FixedEvent implements Event {
    private final int type;
    private final @Nullable Object[] values;
    private final long[] numbers;

    /**
     * Creates an event for the rules of a field table.
     *
     * @param type name of the event type
     * @param fields values by field, as written in rules: String, Long, InetAddress, or List of these
     */
    FixedEvent(FieldTable table, String type, Map<String, ?> fields) {
        this.type = EventTypes.code(type);
        List<FieldRef> refs = table.refs();
        this.values = new Object[refs.size()];
        this.numbers = new long[refs.size()];
        for (FieldRef ref : refs) {
            Object value = ref.text().equals("evt.type") ? EventTypes.name(this.type) : fields.get(ref.text());
            values[ref.slot()] = value;
            numbers[ref.slot()] = value instanceof Number number ? number.longValue() : 0;
        }
    }

    @Override
    public int type() {
        return type;
    }

    @Override
    public long timeNanos() {
        return 1_767_225_600_000_000_000L;
    }

    @Override
    public boolean has(FieldRef field) {
        return values[field.slot()] != null;
    }

    @Override
    public @Nullable String text(FieldRef field) {
        return (String) values[field.slot()];
    }

    @Override
    public long number(FieldRef field) {
        return numbers[field.slot()];
    }

    @Override
    public @Nullable InetAddress address(FieldRef field) {
        return (InetAddress) values[field.slot()];
    }

    @Override
    public byte @Nullable [] bytes(FieldRef field) {
        String text = text(field);
        return text == null ? null : text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public @Nullable List<?> list(FieldRef field) {
        return (List<?>) values[field.slot()];
    }

    @Override
    public String toString() {
        return EventTypes.name(type) + " " + values[0];
    }
}
