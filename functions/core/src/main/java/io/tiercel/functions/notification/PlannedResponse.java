package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.ResponsePlan;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The response to an incident as its plan stands, or as it is foreseen before there is one. */
public final class PlannedResponse implements ResponseBoard {
    /** States of steps that somebody may undo; telling people is none. */
    private static final Set<String> IN_PLACE = Set.of("applying", "applied", "partial", "drifted");

    private final Function<Incident, ResponsePlan> plans;

    /** @param plans makes the plan of an incident */
    public PlannedResponse(Function<Incident, ResponsePlan> plans) {
        this.plans = plans;
    }

    @Override
    public Optional<ResponseStatus> of(Incident incident) {
        ResponsePlan plan = plans.apply(incident);
        if (plan.steps().isEmpty()) {
            return Optional.empty();
        }
        String planId = plan.id();
        boolean releasable = plan.steps().stream()
                .anyMatch(step ->
                        IN_PLACE.contains(step.state()) && !step.action().equals("notify"));
        return Optional.of(new ResponseStatus(
                planId == null ? "" : planId,
                state(plan, releasable),
                plan.steps().stream().map(PlannedResponse::line).toList(),
                planId != null && plan.waiting(),
                planId != null && (plan.waiting() || releasable)));
    }

    private static String state(ResponsePlan plan, boolean inPlace) {
        if (plan.waiting()) {
            return "awaiting approval";
        }
        if (inPlace) {
            return "in place";
        }
        boolean undone = plan.steps().stream().anyMatch(step -> step.state().equals("released"));
        return undone ? "released" : plan.mode() + ", nothing is executed";
    }

    private static String line(PlanStep step) {
        return step.action() + (step.target() == null ? "" : " on " + step.target()) + ": " + step.state()
                + (step.state().equals("partial")
                                || step.state().equals("failed")
                                || step.state().equals("drifted")
                        ? step.notes().stream()
                                .findFirst()
                                .map(note -> ", " + note)
                                .orElse("")
                        : "");
    }
}
