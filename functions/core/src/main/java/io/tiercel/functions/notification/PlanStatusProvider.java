package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.ResponsePlan;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The status of a response, derived from its plan. An incident without a stored plan shows the plan preview. */
public final class PlanStatusProvider implements ResponseStatusProvider {
    /** The state of a response that a person has to approve. */
    static final String AWAITING_APPROVAL = "awaiting approval";

    /** States of steps that can be undone. */
    private static final Set<String> APPLIED_STATES = Set.of("applying", "applied", "partial", "drifted");

    /** States of steps whose first note explains them. */
    private static final Set<String> EXPLAINED_STATES = Set.of("partial", "failed", "drifted");

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
        // A sent notification cannot be undone.
        boolean releasable = plan.steps().stream()
                .anyMatch(step ->
                        APPLIED_STATES.contains(step.state()) && !step.action().equals("notify"));
        // If nobody can approve or release the stored plan, messages show the same as for its preview. So storing the
        // plan changes no message.
        String usableId = planId != null && (plan.waiting() || releasable) ? planId : "";
        boolean usable = !usableId.isEmpty();
        return Optional.of(new ResponseStatus(
                usableId,
                state(plan, releasable),
                plan.steps().stream().map(PlanStatusProvider::line).toList(),
                usable && plan.waiting(),
                usable));
    }

    private static String state(ResponsePlan plan, boolean applied) {
        if (plan.waiting()) {
            return AWAITING_APPROVAL;
        }
        if (applied) {
            return "applied";
        }
        boolean released = plan.steps().stream().anyMatch(step -> step.state().equals("released"));
        return released ? "released" : plan.mode() + ", no action taken";
    }

    private static String line(PlanStep step) {
        String target = step.target() == null ? "" : " on " + step.target();
        return step.action() + target + ": " + step.state()
                + explanation(step).map(note -> ", " + note).orElse("");
    }

    /** A person who approves or releases a plan sees why a target is not confirmed, and what other controllers will do. */
    private static Optional<String> explanation(PlanStep step) {
        if (EXPLAINED_STATES.contains(step.state())) {
            return step.notes().stream().findFirst();
        }
        return switch (step.state()) {
            case "waiting" -> firstNote(step, PlanStep.NOT_CONFIRMED);
            case "applied" -> firstNote(step, PlanStep.ON_RELEASE);
            default -> Optional.empty();
        };
    }

    private static Optional<String> firstNote(PlanStep step, String start) {
        return step.notes().stream().filter(note -> note.startsWith(start)).findFirst();
    }
}
