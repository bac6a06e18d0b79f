package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.operate.IncidentFilter;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The SQL condition of a filter on the table {@code incident i}. All values are parameters. Immutable. */
final class IncidentCondition {
    private final List<String> parts = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    IncidentCondition(IncidentFilter filter) {
        // Literals, because only a literal selects a partial index.
        parts.add(
                switch (filter.states()) {
                    case ACTIVE -> "i.state = 'open'";
                    case OPEN -> "i.state = 'open' AND i.escalation = 0";
                    case ESCALATED -> "i.state = 'open' AND i.escalation > 0";
                    case CLOSED -> "i.state = 'closed'";
                    case ALL -> "1";
                });
        if (filter.rule() != null) {
            add("i.rule = ?", filter.rule());
        }
        if (filter.minPriority() != null) {
            add("i.priority <= ?", filter.minPriority().ordinal());
        }
        if (filter.host() != null) {
            add("i.host = ?", filter.host());
        }
        if (filter.namespace() != null) {
            add("i.namespace = ?", filter.namespace());
        }
        if (filter.since() != null) {
            add("i.last_seen >= ?", SqliteIncidentPages.nanos(filter.since()));
        }
        if (filter.until() != null) {
            add("i.last_seen <= ?", SqliteIncidentPages.nanos(filter.until()));
        }
        if (filter.text() != null) {
            add("i.search LIKE ? ESCAPE '\\'", "%" + escaped(filter.text()) + "%");
        }
        if (filter.acknowledged() != null) {
            parts.add((filter.acknowledged() ? "" : "NOT ")
                    + "EXISTS (SELECT 1 FROM acknowledgement k WHERE k.incident_id = i.id AND k.episode = i.episode)");
        }
    }

    private void add(String part, Object value) {
        parts.add(part);
        values.add(value);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }

    String sql() {
        return String.join(" AND ", parts);
    }

    /**
     * Sets the parameters of the condition.
     *
     * @param first the number of the first one
     * @return the number after the last one
     */
    int bind(PreparedStatement statement, int first) throws SQLException {
        int parameter = first;
        for (Object value : values) {
            statement.setObject(parameter++, value);
        }
        return parameter;
    }
}
