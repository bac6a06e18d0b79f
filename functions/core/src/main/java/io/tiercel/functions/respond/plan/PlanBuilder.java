package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.RequestedAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Adds the actions that policies request to a plan. Each action becomes one step for each target in an episode of the
 * incident. A step of an earlier episode that is still in force covers the new episode. A step that was released or failed is
 * requested again when the incident reopens.
 */
final class PlanBuilder {
    static final String PLAN_FULL =
            "policies request more steps, which are left out: a plan has at most " + Plan.MAX_STEPS + " steps";
    static final String MORE_TARGETS = "the incident affects more targets, which get no steps; handle them manually";

    private final Supplier<Policies> policies;

    PlanBuilder(Supplier<Policies> policies) {
        this.policies = policies;
    }

    /** Returns the plan with the missing steps added; the same object if none is missing. */
    Plan extend(Plan plan, PlanContext context) {
        List<Step> steps = new ArrayList<>(plan.steps());
        List<String> notes = new ArrayList<>();
        int created = plan.stepsCreated();
        for (AffectedTarget target : context.targets()) {
            List<RequestedAction> requests =
                    RequestedAction.find(policies.get(), target.alert(), target.enrichment(), context.facts(target));
            for (RequestedAction requested : requests) {
                int coveringIndex = coveringIndex(steps, requested, context.episode());
                if (coveringIndex >= 0) {
                    steps.set(
                            coveringIndex,
                            steps.get(coveringIndex).requestedInEpisode(context.episode(), target.key()));
                } else if (ensureCapacity(steps, context.episode())) {
                    steps.add(step(context, created++, target, requested));
                } else {
                    notes.add(PLAN_FULL);
                }
            }
        }
        if (context.hasMoreTargets()) {
            notes.add(MORE_TARGETS);
        }
        if (!steps.isEmpty() && !steps.getLast().notes().containsAll(notes)) {
            steps.set(steps.size() - 1, steps.getLast().withNotes(notes));
        }
        return steps.equals(plan.steps()) ? plan : plan.withSteps(steps, created);
    }

    /** Returns the index of a step that makes the requested action redundant; -1 if there is none. */
    private static int coveringIndex(List<Step> steps, RequestedAction requested, int episode) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.sameAs(requested.kind(), requested.target(), requested.params())
                    && requested.policy().mode().compareTo(step.mode()) <= 0
                    && (step.episode() == episode || step.isActive())) {
                return i;
            }
        }
        return -1;
    }

    /** Returns whether the plan has room for a step. Removes a step of an earlier episode from a full plan if possible. */
    private static boolean ensureCapacity(List<Step> steps, int episode) {
        if (steps.size() < Plan.MAX_STEPS) {
            return true;
        }
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).episode() < episode && steps.get(i).removable()) {
                steps.remove(i);
                return true;
            }
        }
        return false;
    }

    private static Step step(PlanContext context, int number, AffectedTarget target, RequestedAction requested) {
        Duration limit = requested.policy().timeLimit();
        return new Step(
                context.incidentId() + "-" + number,
                context.episode(),
                target.key(),
                requested.kind(),
                requested.target(),
                requested.params(),
                requested.policy().name(),
                requested.policy().description(),
                requested.policy().mode(),
                limit == null ? null : limit.toMillis(),
                StepProgress.PLANNED);
    }
}
