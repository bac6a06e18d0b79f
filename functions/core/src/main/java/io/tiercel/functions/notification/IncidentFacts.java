package io.tiercel.functions.notification;

import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.rules.field.FactType;
import io.tiercel.rules.filter.AlertFilter;
import io.tiercel.rules.filter.AlertFilterException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the conditions of routes and silences can see of an incident: its first alert, {@code enrich.*} and {@code incident.*}.
 * Build it once per incident and evaluate any number of conditions.
 *
 * @param alert the first sample of the incident; without a readable one, an alert with the incident's rule and priority
 * @param values the values of {@link #TYPES}; fields without a value are missing
 */
public record IncidentFacts(Alert alert, Map<String, Object> values) {
    /** The types of the fields besides those of the alert, by name. */
    public static final Map<String, FactType> TYPES = types();

    private static Map<String, FactType> types() {
        Map<String, FactType> types = new HashMap<>(EnrichedFields.TYPES);
        types.putAll(IncidentFields.TYPES);
        return Map.copyOf(types);
    }

    /** Returns the facts of an incident. */
    public static IncidentFacts of(Incident incident) {
        Map<String, Object> values = new HashMap<>(EnrichedFields.of(incident.enrichment()));
        values.put("enrich.doubts", List.copyOf(incident.doubts()));
        values.putAll(IncidentFields.of(incident).values());
        return new IncidentFacts(firstAlert(incident), Collections.unmodifiableMap(values));
    }

    /**
     * Parses a condition over these facts.
     *
     * @throws AlertFilterException as {@link AlertFilter#parse(String, Map)}
     */
    public static AlertFilter parse(String condition) throws AlertFilterException {
        return AlertFilter.parse(condition, TYPES);
    }

    /** Returns whether a condition is true. A comparison with a field that has no value is false. */
    public boolean match(AlertFilter condition) {
        return condition.matches(alert, values);
    }

    private static Alert firstAlert(Incident incident) {
        try {
            if (!incident.sample().isEmpty()) {
                return AlertJson.read(incident.sample().getFirst());
            }
        } catch (InvalidAlertException e) {
            // The sample was truncated so far that it is not readable. Build an alert from the incident instead.
        }
        Fingerprint cause = incident.fingerprint();
        return new Alert(
                null,
                incident.enrichment().host().node(),
                incident.firstSeenNanos(),
                incident.priority(),
                cause.rule(),
                "syscall",
                List.of(),
                "",
                Collections.unmodifiableSortedMap(new TreeMap<>()));
    }
}
