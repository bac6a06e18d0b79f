package io.tiercel.functions.incident;

import io.tiercel.rules.field.FactType;
import java.util.List;
import java.util.Map;

/**
 * An incident as conditions see it: the fields {@code incident.*}.
 *
 * @param count how many alerts
 * @param state where it stands, as {@code GET /incidents} spells it
 * @param priority the most urgent seen, e.g. {@code Warning}
 * @param urgency the same as a number, 0 for Emergency to 7 for Debug
 * @param tactics names of the ATT&amp;CK tactics seen
 * @param ageSeconds from its first alert to its last
 */
public record IncidentFields(
        long count, String state, String priority, int urgency, List<String> tactics, long ageSeconds) {
    /** Types by name. */
    public static final Map<String, FactType> TYPES = Map.of(
            "incident.count", FactType.NUMBER,
            "incident.state", FactType.TEXT,
            "incident.priority", FactType.TEXT,
            "incident.urgency", FactType.NUMBER,
            "incident.tactics", FactType.TEXTS,
            "incident.tactic_count", FactType.NUMBER,
            "incident.age_seconds", FactType.NUMBER);

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Those of an incident. */
    public static IncidentFields of(Incident incident) {
        return new IncidentFields(
                incident.count(),
                incident.lifecycle().label(),
                incident.priority().label(),
                incident.priority().ordinal(),
                List.copyOf(incident.tactics()),
                (incident.lastSeenNanos() - incident.firstSeenNanos()) / NANOS_PER_SECOND);
    }

    /** Values by name. */
    public Map<String, Object> values() {
        return Map.of(
                "incident.count", count,
                "incident.state", state,
                "incident.priority", priority,
                "incident.urgency", (long) urgency,
                "incident.tactics", tactics,
                "incident.tactic_count", (long) tactics.size(),
                "incident.age_seconds", ageSeconds);
    }
}
