package io.tiercel.functions.respond;

import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.respond.policy.Mode;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.RequestedAction;
import io.tiercel.rules.alert.Alert;
import java.util.List;
import java.util.function.Supplier;

/** Foresees plans from policies. It only ever writes down; nothing here can act. */
public final class Planner {
    private final Supplier<Policies> policies;

    /** A planner with these policies, asked for with each plan. */
    public Planner(Supplier<Policies> policies) {
        this.policies = policies;
    }

    /** A planner with the policies that come with Tiercel. */
    public static Planner withDefaultPolicies() {
        Policies standard = Policies.standard();
        return new Planner(() -> standard);
    }

    /**
     * What an incident's plan begins with if this alert opens it; a policy that asks for fields of the incident comes in only
     * when there is one.
     */
    public ResponsePlan plan(Alert alert, Enrichment enrichment) {
        List<RequestedAction> wanted =
                RequestedAction.by(policies.get(), alert, enrichment, EnrichedFields.of(enrichment));
        String mode = wanted.stream()
                .map(step -> step.policy().mode())
                .max(Enum::compareTo)
                .orElse(Mode.DRY_RUN)
                .label();
        return new ResponsePlan(mode, wanted.stream().map(Planner::step).toList());
    }

    private static PlanStep step(RequestedAction wanted) {
        return new PlanStep(
                wanted.kind().label(),
                wanted.target() == null ? null : wanted.target().text(),
                wanted.policy().name(),
                wanted.target() == null ? PlanStep.NO_TARGET : PlanStep.PLANNED,
                wanted.policy().description());
    }
}
