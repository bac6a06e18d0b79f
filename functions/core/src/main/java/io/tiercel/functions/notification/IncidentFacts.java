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
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the conditions of routes and silences can see of an incident: its first alert, {@code enrich.*} and {@code incident.*}.
 * Build it once per incident and evaluate any number of conditions.
 *
 * <p>A folded incident has many causes, so its first alert says nothing about the others. Its facts are those that its causes have in
 * common: the rule, the workload and the fields of the container.
 *
 * @param alert the first sample of the incident; without a readable one, an alert with the incident's rule and priority
 * @param values the values of {@link #TYPES}; fields without a value are missing
 */
public record IncidentFacts(Alert alert, Map<String, Object> values) {
    /** The types of the fields besides those of the alert, by name. */
    public static final Map<String, FactType> TYPES = types();

    /** Prefixes of the alert's fields that all causes of a workload have in common. */
    private static final List<String> COMMON_FIELDS = List.of("container.", "k8s.");

    /** Prefix of the facts about the address that an alert contains. */
    private static final String NETWORK = "enrich.network.";

    private static Map<String, FactType> types() {
        Map<String, FactType> types = new HashMap<>(EnrichedFields.TYPES);
        types.putAll(IncidentFields.TYPES);
        return Map.copyOf(types);
    }

    /** Returns the facts of an incident. */
    public static IncidentFacts of(Incident incident) {
        Alert first = firstAlert(incident);
        Map<String, Object> values = values(incident);
        return incident.folded()
                ? new IncidentFacts(withoutCause(first), withoutCause(values))
                : new IncidentFacts(first, values);
    }

    /** Returns the facts of each sample of a folded incident; only {@link #of} for any other incident, and without samples. */
    public static List<IncidentFacts> ofSamples(Incident incident) {
        if (!incident.folded() || incident.sample().isEmpty()) {
            return List.of(of(incident));
        }
        Map<String, Object> values = values(incident);
        return incident.sample().stream()
                .map(sample -> new IncidentFacts(alert(incident, sample), values))
                .toList();
    }

    private static Map<String, Object> values(Incident incident) {
        Map<String, Object> values = new HashMap<>(EnrichedFields.of(incident.enrichment()));
        values.put("enrich.doubts", List.copyOf(incident.doubts()));
        values.putAll(IncidentFields.of(incident).values());
        return Collections.unmodifiableMap(values);
    }

    /** Returns whether these are facts of an incident with many causes. */
    public boolean folded() {
        return IncidentFields.TRUE.equals(values.get(IncidentFields.FOLDED));
    }

    /**
     * Returns whether a condition is true for all causes of the incident. For a folded incident, a condition that uses fields which
     * differ between causes never is. Such fields have no value here, and {@code not} would make the condition true.
     */
    public boolean matchAllCauses(AlertFilter condition) {
        return match(condition)
                && (!folded() || condition.absent(alert, values).stream().noneMatch(IncidentFacts::differs));
    }

    private static boolean differs(String field) {
        if (field.startsWith("incident.")) {
            return field.equals(IncidentFields.EXECUTABLE) || field.equals(IncidentFields.TARGET);
        }
        return field.startsWith("enrich.")
                ? field.startsWith(NETWORK)
                : COMMON_FIELDS.stream().noneMatch(field::startsWith);
    }

    private static Map<String, Object> withoutCause(Map<String, Object> values) {
        Map<String, Object> common = new HashMap<>(values);
        common.keySet().removeIf(IncidentFacts::differs);
        return Collections.unmodifiableMap(common);
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
        return incident.sample().isEmpty()
                ? withoutSample(incident)
                : alert(incident, incident.sample().getFirst());
    }

    private static Alert alert(Incident incident, String sample) {
        try {
            return AlertJson.read(sample);
        } catch (InvalidAlertException e) {
            // The sample was truncated so far that it is not readable.
            return withoutSample(incident);
        }
    }

    private static Alert withoutCause(Alert alert) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        alert.outputFields().forEach((name, value) -> {
            if (COMMON_FIELDS.stream().anyMatch(name::startsWith)) {
                fields.put(name, value);
            }
        });
        return new Alert(
                null,
                alert.hostname(),
                alert.timeNanos(),
                alert.priority(),
                alert.rule(),
                alert.source(),
                alert.tags(),
                "",
                Collections.unmodifiableSortedMap(fields));
    }

    private static Alert withoutSample(Incident incident) {
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
