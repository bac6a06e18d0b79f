package io.tiercel.functions.incident;

import io.tiercel.rules.field.FactType;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields {@code incident.*} that conditions can use.
 *
 * @param id {@link Incident#id}
 * @param cause the cause; its empty parts are absent in conditions
 * @param count number of alerts
 * @param verifiedCount number of alerts from verified senders, which nobody else can increase
 * @param state {@code open}, {@code escalated} or {@code closed}, as in {@code GET /incidents}
 * @param priority the most urgent priority, for example {@code Warning}
 * @param urgency the priority as a number from 0 (Emergency) to 7 (Debug)
 * @param tactics names of the ATT&amp;CK tactics
 * @param ageSeconds seconds from the first event to the last
 */
public record IncidentFields(
        String id,
        Fingerprint cause,
        long count,
        long verifiedCount,
        String state,
        String priority,
        int urgency,
        List<String> tactics,
        long ageSeconds) {
    /** The field with {@link Fingerprint#executable}; absent for a folded incident. */
    public static final String EXECUTABLE = "incident.executable";

    /** The field with {@link Fingerprint#target}; absent for a folded incident. */
    public static final String TARGET = "incident.target";

    /** The field with {@link #TRUE} for a folded incident, else {@code false}. */
    public static final String FOLDED = "incident.folded";

    public static final String TRUE = "true";

    private static final String FALSE = "false";

    /** Types of the fields by name. */
    public static final Map<String, FactType> TYPES = Map.ofEntries(
            Map.entry("incident.id", FactType.TEXT),
            Map.entry("incident.cluster", FactType.TEXT),
            Map.entry("incident.rule", FactType.TEXT),
            Map.entry("incident.workload", FactType.TEXT),
            Map.entry(EXECUTABLE, FactType.TEXT),
            Map.entry(TARGET, FactType.TEXT),
            Map.entry(FOLDED, FactType.TEXT),
            Map.entry("incident.count", FactType.NUMBER),
            Map.entry("incident.verified_count", FactType.NUMBER),
            Map.entry("incident.state", FactType.TEXT),
            Map.entry("incident.priority", FactType.TEXT),
            Map.entry("incident.urgency", FactType.NUMBER),
            Map.entry("incident.tactics", FactType.TEXTS),
            Map.entry("incident.tactic_count", FactType.NUMBER),
            Map.entry("incident.age_seconds", FactType.NUMBER));

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Returns the fields of an incident. */
    public static IncidentFields of(Incident incident) {
        return new IncidentFields(
                incident.id(),
                incident.fingerprint(),
                incident.count(),
                incident.verifiedCount(),
                incident.lifecycle().label(),
                incident.priority().label(),
                incident.priority().ordinal(),
                List.copyOf(incident.tactics()),
                (incident.lastSeenNanos() - incident.firstSeenNanos()) / NANOS_PER_SECOND);
    }

    /** Returns the values by field name, without those that are empty. */
    public Map<String, Object> values() {
        Map<String, Object> values = new HashMap<>();
        put(values, "incident.id", id);
        put(values, "incident.cluster", cause.cluster());
        put(values, "incident.rule", cause.rule());
        put(values, "incident.workload", cause.workload());
        values.put(FOLDED, cause.folded() ? TRUE : FALSE);
        if (!cause.folded()) {
            put(values, EXECUTABLE, cause.executable());
            put(values, TARGET, cause.target());
        }
        values.put("incident.count", count);
        values.put("incident.verified_count", verifiedCount);
        values.put("incident.state", state);
        values.put("incident.priority", priority);
        values.put("incident.urgency", (long) urgency);
        values.put("incident.tactics", tactics);
        values.put("incident.tactic_count", (long) tactics.size());
        values.put("incident.age_seconds", ageSeconds);
        return Collections.unmodifiableMap(values);
    }

    private static void put(Map<String, Object> values, String name, String text) {
        if (!text.isEmpty()) {
            values.put(name, text);
        }
    }
}
