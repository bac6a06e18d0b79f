package io.tiercel.functions.incident;

import io.tiercel.rules.field.FactType;
import java.util.List;
import java.util.Map;

/**
 * The fields {@code incident.*} that conditions can use.
 *
 * @param count number of alerts
 * @param verifiedCount number of alerts from verified senders, which nobody else can increase
 * @param state {@code open}, {@code escalated} or {@code closed}, as in {@code GET /incidents}
 * @param priority the most urgent priority, for example {@code Warning}
 * @param urgency the priority as a number from 0 (Emergency) to 7 (Debug)
 * @param tactics names of the ATT&amp;CK tactics
 * @param ageSeconds seconds from the first event to the last
 */
public record IncidentFields(
        long count,
        long verifiedCount,
        String state,
        String priority,
        int urgency,
        List<String> tactics,
        long ageSeconds) {
    /** Types of the fields by name. */
    public static final Map<String, FactType> TYPES = Map.of(
            "incident.count", FactType.NUMBER,
            "incident.verified_count", FactType.NUMBER,
            "incident.state", FactType.TEXT,
            "incident.priority", FactType.TEXT,
            "incident.urgency", FactType.NUMBER,
            "incident.tactics", FactType.TEXTS,
            "incident.tactic_count", FactType.NUMBER,
            "incident.age_seconds", FactType.NUMBER);

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Returns the fields of an incident. */
    public static IncidentFields of(Incident incident) {
        return new IncidentFields(
                incident.count(),
                incident.verifiedCount(),
                incident.lifecycle().label(),
                incident.priority().label(),
                incident.priority().ordinal(),
                List.copyOf(incident.tactics()),
                (incident.lastSeenNanos() - incident.firstSeenNanos()) / NANOS_PER_SECOND);
    }

    /** Returns the values by field name. */
    public Map<String, Object> values() {
        return Map.of(
                "incident.count", count,
                "incident.verified_count", verifiedCount,
                "incident.state", state,
                "incident.priority", priority,
                "incident.urgency", (long) urgency,
                "incident.tactics", tactics,
                "incident.tactic_count", (long) tactics.size(),
                "incident.age_seconds", ageSeconds);
    }
}
