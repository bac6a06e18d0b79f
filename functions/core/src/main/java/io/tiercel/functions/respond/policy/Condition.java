package io.tiercel.functions.respond.policy;

import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.field.FactType;
import io.tiercel.rules.filter.AlertFilter;
import io.tiercel.rules.filter.AlertFilterException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A condition of the rule language over an alert, what is known about it, and its incident. Safe to share.
 *
 * @param text as it was written
 * @param filter as it is evaluated
 */
public record Condition(String text, AlertFilter filter) {
    /** Types of the fields beyond the alert's own, by name. */
    public static final Map<String, FactType> FIELDS = fields();

    private static Map<String, FactType> fields() {
        Map<String, FactType> fields = new TreeMap<>(EnrichedFields.TYPES);
        fields.putAll(IncidentFields.TYPES);
        return Map.copyOf(fields);
    }

    static Condition parse(String text) throws AlertFilterException {
        return new Condition(text, AlertFilter.parse(text, FIELDS));
    }

    /** Whether it holds; a field without a value makes every comparison false. */
    public boolean holds(Alert alert, Map<String, Object> facts) {
        return filter.matches(alert, facts);
    }

    /** The fields that it names and that have no value here. */
    public List<String> unknown(Alert alert, Map<String, Object> facts) {
        return filter.absent(alert, facts);
    }
}
