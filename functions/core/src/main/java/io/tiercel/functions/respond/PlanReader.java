package io.tiercel.functions.respond;

import java.util.Optional;

/** Reads the current plans of incidents. */
@FunctionalInterface
public interface PlanReader {
    /** Returns the plan of an incident; empty if the responder has not processed the incident yet. */
    Optional<ResponsePlan> plan(String incidentId);
}
