package io.tiercel.functions.incident;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store must write of an incident, after alerts were counted in it.
 *
 * @param id {@link Incident#id}
 * @param before the incident as the store returned it; null if it had none
 * @param after the incident with the alerts
 * @param first the first of these alerts, in the form in which it was counted ({@link IncidentAlert#folded})
 * @param enriching the alert whose enrichment the incident has from now on; null if it keeps its own
 * @param samples the alerts that become samples, in order
 * @param causes the causes that a folded incident did not contain, each as the id of its own incident
 */
public record IncidentChange(
        String id,
        @Nullable IncidentCounts before,
        IncidentCounts after,
        IncidentAlert first,
        @Nullable IncidentAlert enriching,
        List<IncidentAlert> samples,
        List<String> causes) {
    public IncidentChange {
        samples = List.copyOf(samples);
        causes = List.copyOf(causes);
    }

    /** Returns whether the incident was closed and is open now. */
    public boolean reopened() {
        return before != null
                && before.lifecycle().state() == IncidentState.CLOSED
                && after.lifecycle().state() == IncidentState.OPEN;
    }
}
