package io.tiercel.functions.respond;

import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.respond.policy.Mode;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.RequestedAction;
import io.tiercel.rules.alert.Alert;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Predicts plans from policies. Never acts and never stores anything. */
public final class Planner {
    private final Supplier<Policies> policies;

    /**
     * Creates a planner.
     *
     * @param policies called once for each plan
     */
    public Planner(Supplier<Policies> policies) {
        this.policies = policies;
    }

    /** Creates a planner with the default policies. */
    public static Planner withDefaultPolicies() {
        Policies defaults = Policies.defaults();
        return new Planner(() -> defaults);
    }

    /**
     * Returns the first steps of the plan if this alert opens an incident. Policies whose conditions use fields of the
     * incident do not match, because there is no incident yet.
     */
    public ResponsePlan plan(Alert alert, Enrichment enrichment) {
        List<RequestedAction> requested =
                RequestedAction.find(policies.get(), alert, enrichment, EnrichedFields.of(enrichment));
        String mode = requested.stream()
                .map(action -> action.policy().mode())
                .max(Enum::compareTo)
                .orElse(Mode.DRY_RUN)
                .label();
        return new ResponsePlan(mode, requested.stream().map(Planner::step).toList());
    }

    private static PlanStep step(RequestedAction requested) {
        return new PlanStep(
                requested.kind().label(),
                requested.target() == null ? null : requested.target().text(),
                requested.policy().name(),
                requested.target() == null ? StepState.SKIPPED : StepState.PLANNED,
                requested.policy().description(),
                Stream.concat(
                                requested.target() == null ? Stream.of(PlanStep.NO_TARGET) : Stream.empty(),
                                requested.identified().reasons().stream()
                                        .map(reason -> PlanStep.NOT_CONFIRMED + reason))
                        .toList(),
                null,
                null,
                requested.policy().mode().label(),
                false);
    }
}
