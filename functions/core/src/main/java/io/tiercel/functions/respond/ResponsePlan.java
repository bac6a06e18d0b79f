package io.tiercel.functions.respond;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done about an incident.
 *
 * @param mode how far the furthest step may go by itself: {@code dry-run}, {@code approve} or {@code auto}
 * @param steps in order; empty if no policy matches
 * @param id what an approval has to name; another one as soon as a step is added. Null while the plan is only foreseen
 * @param waiting whether any step waits for approval
 */
public record ResponsePlan(
        String mode, List<PlanStep> steps, @Nullable String id, boolean waiting) {
    /** The mode in which nothing is changed. */
    public static final String DRY_RUN = "dry-run";

    /** A plan that is only foreseen. */
    public ResponsePlan(String mode, List<PlanStep> steps) {
        this(mode, steps, null, false);
    }
}
