package io.tiercel.functions.respond;

import java.util.List;

/**
 * What would be done about an incident. Made once, when the incident opens.
 *
 * @param mode always {@code dry-run}: nothing in this plan is executed
 * @param steps in order; empty if no policy matches
 */
public record ResponsePlan(String mode, List<PlanStep> steps) {
    /** The only mode there is. */
    public static final String DRY_RUN = "dry-run";
}
