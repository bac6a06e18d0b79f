package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.operate.IncidentPages.InvalidCursor;
import io.tiercel.functions.operate.IncidentSort;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An order of incidents in SQL, from large to small values. A cursor is the position of the last incident of a page, so incidents that
 * are added between two pages move no other one. Its form is {@code SORT.VALUE.LAST_SEEN.ID}.
 */
enum IncidentOrder {
    LAST_SEEN("i.last_seen"),
    FIRST_SEEN("i.first_seen"),
    COUNT("i.count"),
    PRIORITY("-i.priority");

    private static final Pattern CURSOR =
            Pattern.compile("([a-z-]{1,16})\\.(-?[0-9]{1,19})\\.(-?[0-9]{1,19})\\.([0-9a-f]{1,64})");

    private final String value;

    IncidentOrder(String value) {
        this.value = value;
    }

    static IncidentOrder of(IncidentSort sort) {
        return switch (sort) {
            case LAST_SEEN -> LAST_SEEN;
            case FIRST_SEEN -> FIRST_SEEN;
            case COUNT -> COUNT;
            case PRIORITY -> PRIORITY;
        };
    }

    /** A place in an order. */
    record Position(@Nullable Long value, long lastSeen, String id) {
        /** Sets the parameters of {@link IncidentOrder#after}, and returns the number after the last one. */
        int bind(PreparedStatement statement, int first) throws SQLException {
            int parameter = first;
            if (value != null) {
                statement.setLong(parameter++, value);
            }
            statement.setLong(parameter++, lastSeen);
            statement.setString(parameter++, id);
            return parameter;
        }
    }

    /** Returns the terms of {@code ORDER BY}. Those of {@link #LAST_SEEN} match an index. */
    String descending() {
        return (this == LAST_SEEN ? "" : value + " DESC, ") + "i.last_seen DESC, i.id DESC";
    }

    /** Returns the condition for incidents after a position. */
    String after() {
        return this == LAST_SEEN ? "(i.last_seen, i.id) < (?, ?)" : "(" + value + ", i.last_seen, i.id) < (?, ?, ?)";
    }

    String cursor(Incident incident) {
        long position = switch (this) {
            case LAST_SEEN -> incident.lastSeenNanos();
            case FIRST_SEEN -> incident.firstSeenNanos();
            case COUNT -> incident.count();
            case PRIORITY -> -incident.priority().ordinal();
        };
        return label() + "." + position + "." + incident.lastSeenNanos() + "." + incident.id();
    }

    private String label() {
        return IncidentSort.valueOf(name()).label();
    }

    /**
     * Parses {@link #cursor}.
     *
     * @throws InvalidCursor if it has another form, or belongs to another order
     */
    Position parse(String cursor) {
        Matcher matcher = CURSOR.matcher(cursor);
        if (!matcher.matches() || !matcher.group(1).equals(label())) {
            throw new InvalidCursor();
        }
        try {
            long position = Long.parseLong(matcher.group(2));
            return new Position(
                    this == LAST_SEEN ? null : position, Long.parseLong(matcher.group(3)), matcher.group(4));
        } catch (NumberFormatException e) {
            throw new InvalidCursor();
        }
    }
}
