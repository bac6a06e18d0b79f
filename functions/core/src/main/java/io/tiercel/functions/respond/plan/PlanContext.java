package io.tiercel.functions.respond.plan;

import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.incident.IncidentFields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a response to an incident is based on.
 *
 * @param incidentId the incident
 * @param open whether it still is
 * @param episode how often it has opened
 * @param scenes where this episode was seen, in order
 * @param more whether it was seen elsewhere as well, where nothing is done
 * @param earlier finds places of earlier episodes
 * @param incident the incident as conditions see it
 * @param document the incident as JSON, for receivers outside
 */
public record PlanContext(
        String incidentId,
        boolean open,
        int episode,
        List<AffectedTarget> scenes,
        boolean more,
        Earlier earlier,
        IncidentFields incident,
        String document) {
    /** Values at a place of all fields beyond the alert's own, by name. */
    Map<String, Object> facts(AffectedTarget scene) {
        Map<String, Object> facts = new HashMap<>(EnrichedFields.of(scene.enrichment()));
        facts.putAll(incident.values());
        return facts;
    }

    /** The place that a step is for; null if nothing is known of it any more. */
    @Nullable
    AffectedTarget scene(Step step) {
        String key = step.scene();
        if (key == null) {
            // Planned by a version that knew only the place that the incident was opened from.
            return scenes.isEmpty() ? null : scenes.getFirst();
        }
        return scenes.stream()
                .filter(scene -> scene.key().equals(key))
                .findFirst()
                .orElseGet(() -> earlier.scene(key));
    }

    /** Finds places of earlier episodes. */
    @FunctionalInterface
    public interface Earlier {
        /** The place of a key; null if it is not known. */
        @Nullable
        AffectedTarget scene(String key);
    }

    /** Where they come from. */
    @FunctionalInterface
    public interface Source {
        /** Those of an incident; null if there is no such incident. */
        @Nullable
        PlanContext find(String incidentId);
    }
}
