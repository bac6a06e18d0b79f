package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.ResponsePlan;
import java.util.Optional;
import java.util.function.Function;

/** The response as it is foreseen: a dry run. */
public final class PlannedResponse implements ResponseBoard {
    private final Function<Incident, ResponsePlan> plans;

    /** @param plans makes the plan of an incident */
    public PlannedResponse(Function<Incident, ResponsePlan> plans) {
        this.plans = plans;
    }

    @Override
    public Optional<ResponseStatus> of(Incident incident) {
        ResponsePlan plan = plans.apply(incident);
        return plan.steps().isEmpty()
                ? Optional.empty()
                : Optional.of(new ResponseStatus(
                        "",
                        plan.mode() + ", nothing is executed",
                        plan.steps().stream().map(PlannedResponse::line).toList(),
                        false,
                        false));
    }

    private static String line(PlanStep step) {
        return step.action() + (step.target() == null ? "" : " on " + step.target()) + ": " + step.state();
    }
}
