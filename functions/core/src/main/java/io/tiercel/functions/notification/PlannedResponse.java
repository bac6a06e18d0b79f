package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.ResponsePlan;
import java.util.Optional;

/** The response as it was planned when the incident opened: a dry run. */
public final class PlannedResponse implements ResponseBoard {
    @Override
    public Optional<ResponseStatus> of(Incident incident) {
        ResponsePlan plan = incident.plan();
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
