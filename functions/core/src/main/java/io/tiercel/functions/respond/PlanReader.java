package io.tiercel.functions.respond;

import java.util.Optional;

/** Shows the plans of incidents as they stand. */
@FunctionalInterface
public interface PlanReader {
    /** The plan of an incident; empty before it was looked at. */
    Optional<ResponsePlan> plan(String incidentId);
}
