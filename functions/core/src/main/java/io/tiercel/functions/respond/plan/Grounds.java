package io.tiercel.functions.respond.plan;

import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.rules.alert.Alert;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a response to an incident is based on.
 *
 * @param incidentId the incident
 * @param open whether it still is
 * @param alert the alert that opened it
 * @param enrichment what is known beyond that
 * @param incident the incident as conditions see it
 * @param document the incident as JSON, for receivers outside
 */
public record Grounds(
        String incidentId, boolean open, Alert alert, Enrichment enrichment, IncidentFields incident, String document) {
    /** Values of all fields beyond the alert's own, by name. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new HashMap<>(EnrichedFields.of(enrichment));
        facts.putAll(incident.values());
        return facts;
    }

    /** Where they come from. */
    @FunctionalInterface
    public interface Source {
        /** Those of an incident; null if there is no such incident. */
        @Nullable
        Grounds find(String incidentId);
    }
}
