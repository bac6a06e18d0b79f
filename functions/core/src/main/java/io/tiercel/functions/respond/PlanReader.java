package io.tiercel.functions.respond;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the current plans of incidents. */
@FunctionalInterface
public interface PlanReader {
    /** Returns the plan of an incident; empty if the responder has not processed the incident yet. */
    Optional<ResponsePlan> plan(String incidentId);

    /**
     * Returns the plans of some incidents by their ids, without notes about other incidents that hold a target. Incidents without a stored
     * plan are left out.
     */
    default Map<String, ResponsePlan> plans(Collection<String> incidentIds) {
        Map<String, ResponsePlan> plans = new HashMap<>();
        incidentIds.forEach(id -> plan(id).ifPresent(plan -> plans.put(id, plan)));
        return plans;
    }
}
