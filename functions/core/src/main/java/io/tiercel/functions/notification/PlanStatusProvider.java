package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionKind;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The status of a response, derived from its plan. An incident without a stored plan shows the plan preview. */
public final class PlanStatusProvider implements ResponseStatusProvider {
    /** The state of a response that a person has to approve. */
    static final String AWAITING_APPROVAL = "awaiting approval";

    /** States of steps whose effect may exist. */
    private static final Set<StepState> IN_EFFECT =
            Set.of(StepState.APPLYING, StepState.APPLIED, StepState.PARTIAL, StepState.DRIFTED);

    private final Function<Incident, ResponsePlan> plans;

    /** @param plans returns the plan of an incident */
    public PlanStatusProvider(Function<Incident, ResponsePlan> plans) {
        this.plans = plans;
    }

    @Override
    public Optional<ResponseStatus> statusOf(Incident incident) {
        ResponsePlan plan = plans.apply(incident);
        if (plan.steps().isEmpty()) {
            return Optional.empty();
        }
        String planId = plan.id();
        // If nobody can approve or release the stored plan, messages show the same as for its preview. So storing the
        // plan changes no message.
        return Optional.of(new ResponseStatus(
                planId != null && plan.releasable() ? planId : "",
                state(plan),
                plan.steps().stream().map(PlanStatusProvider::line).toList(),
                plan.approvable(),
                plan.releasable()));
    }

    private static String state(ResponsePlan plan) {
        if (plan.approvable()) {
            return AWAITING_APPROVAL;
        }
        // A notification changes no target.
        Set<StepState> states = plan.steps().stream()
                .filter(step -> !step.action().equals(ActionKind.NOTIFY.label()))
                .map(PlanStep::state)
                .collect(Collectors.toSet());
        if (IN_EFFECT.stream().anyMatch(states::contains)) {
            return "applied";
        }
        return states.contains(StepState.RELEASED) ? "released" : plan.mode() + ", no action taken";
    }

    private static String line(PlanStep step) {
        String target = step.target() == null ? "" : " on " + step.target();
        return step.action() + target + ": " + step.state().label()
                + explanation(step).map(note -> ", " + note).orElse("");
    }

    /** A person who approves or releases a plan sees why a target is not confirmed, and what other controllers will do. */
    private static Optional<String> explanation(PlanStep step) {
        return switch (step.state()) {
            case PARTIAL, FAILED, DRIFTED, SKIPPED -> step.notes().stream().findFirst();
            case WAITING -> firstNote(step, PlanStep.NOT_CONFIRMED);
            case APPLIED -> firstNote(step, PlanStep.ON_RELEASE);
            case PLANNED, DRY_RUN, APPROVED, APPLYING, UNCERTAIN, EXCLUDED, EXPIRED, CANCELLED, RELEASING, RELEASED ->
                Optional.empty();
        };
    }

    private static Optional<String> firstNote(PlanStep step, String start) {
        return step.notes().stream().filter(note -> note.startsWith(start)).findFirst();
    }
}
