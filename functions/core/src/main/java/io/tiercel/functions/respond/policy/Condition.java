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
 * A condition of the rule language over an alert, its enrichment and its incident. Instances are immutable.
 *
 * @param text the source text
 * @param filter the compiled condition
 */
public record Condition(String text, AlertFilter filter) {
    /** The types of the {@code enrich.*} and {@code incident.*} fields, by name. */
    public static final Map<String, FactType> FIELDS = fields();

    private static Map<String, FactType> fields() {
        Map<String, FactType> fields = new TreeMap<>(EnrichedFields.TYPES);
        fields.putAll(IncidentFields.TYPES);
        return Map.copyOf(fields);
    }

    static Condition parse(String text) throws AlertFilterException {
        return new Condition(text, AlertFilter.parse(text, FIELDS));
    }

    /** Returns whether the condition is true. A comparison with a field that has no value is false. */
    public boolean matches(Alert alert, Map<String, Object> facts) {
        return filter.matches(alert, facts);
    }

    /** Returns the fields of the condition that have no value. */
    public List<String> missingFields(Alert alert, Map<String, Object> facts) {
        return filter.absent(alert, facts);
    }
}
