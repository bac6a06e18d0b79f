package io.tiercel.functions.respond;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plan of an incident, as shown to people.
 *
 * @param mode the furthest mode among its steps: {@code dry-run}, {@code approve} or {@code auto}
 * @param steps in order; empty if no policy matches
 * @param id the id that an approval must name; changes whenever a step is added. Null for a preview
 */
public record ResponsePlan(
        String mode, List<PlanStep> steps, @Nullable String id) {
    /** The mode in which nothing changes. */
    public static final String DRY_RUN = "dry-run";

    /** Creates a preview of a plan. */
    public ResponsePlan(String mode, List<PlanStep> steps) {
        this(mode, steps, null);
    }

    /** Returns whether any step waits for approval. */
    public boolean approvable() {
        return id != null && steps.stream().anyMatch(PlanStep::approvable);
    }

    /** Returns whether a release would cancel or undo any step. */
    public boolean releasable() {
        return id != null && steps.stream().anyMatch(PlanStep::releasable);
    }
}
