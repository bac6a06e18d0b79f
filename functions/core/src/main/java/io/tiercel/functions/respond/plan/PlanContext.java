package io.tiercel.functions.respond.plan;

import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.incident.IncidentFields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The facts about an incident that a response is based on.
 *
 * @param incidentId the incident
 * @param open whether the incident is open
 * @param episode how often the incident has opened
 * @param targets the affected targets of this episode, in order of appearance
 * @param hasMoreTargets whether this episode affects further targets, which get no steps
 * @param earlierTargets finds affected targets of earlier episodes
 * @param incident the incident's fields for conditions
 * @param document the incident as JSON, for external receivers
 */
public record PlanContext(
        String incidentId,
        boolean open,
        int episode,
        List<AffectedTarget> targets,
        boolean hasMoreTargets,
        EarlierTargets earlierTargets,
        IncidentFields incident,
        String document) {
    /** Returns the values of all {@code enrich.*} and {@code incident.*} fields for a target, by field name. */
    Map<String, Object> facts(AffectedTarget target) {
        Map<String, Object> facts = new HashMap<>(EnrichedFields.of(target.enrichment()));
        facts.putAll(incident.values());
        return facts;
    }

    /** Returns the affected target of a step; null if it is no longer stored. */
    @Nullable
    AffectedTarget target(Step step) {
        String key = step.targetKey();
        return targets.stream()
                .filter(target -> target.key().equals(key))
                .findFirst()
                .orElseGet(() -> earlierTargets.find(key));
    }

    /** Finds affected targets of earlier episodes. */
    @FunctionalInterface
    public interface EarlierTargets {
        /** Returns the target with a key; null if it is not stored. */
        @Nullable
        AffectedTarget find(String key);
    }

    /** Loads the context of an incident. */
    @FunctionalInterface
    public interface Source {
        /** Returns the context of an incident; null if the incident does not exist. */
        @Nullable
        PlanContext find(String incidentId);
    }
}
