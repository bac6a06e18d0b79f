package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.RequestedAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Adds to a plan what policies want and it does not have: for each place of the incident's episode, each action on each target
 * once. What an earlier episode has left in force holds for the new one; what was undone or came to nothing is wanted again
 * when the incident opens again.
 */
final class PlanBuilder {
    static final String PLAN_FULL =
            "further steps are wanted and left out: a plan has at most " + Plan.MAX_STEPS + " of them";
    static final String MORE_PLACES =
            "the incident was seen at further places, for which there are no steps; those who look at it have to act there";

    private final Supplier<Policies> policies;

    PlanBuilder(Supplier<Policies> policies) {
        this.policies = policies;
    }

    /** The plan with what is wanted; the same one if nothing is missing. */
    Plan of(Plan plan, PlanContext grounds) {
        List<Step> steps = new ArrayList<>(plan.steps());
        List<String> notes = new ArrayList<>();
        int made = plan.made();
        for (AffectedTarget scene : grounds.scenes()) {
            for (RequestedAction wanted :
                    RequestedAction.by(policies.get(), scene.alert(), scene.enrichment(), grounds.facts(scene))) {
                int covering = covering(steps, wanted, grounds.episode());
                if (covering >= 0) {
                    steps.set(covering, steps.get(covering).stillWantedIn(grounds.episode(), scene.key()));
                } else if (makeRoom(steps, grounds.episode())) {
                    steps.add(step(grounds, made++, scene, wanted));
                } else {
                    notes.add(PLAN_FULL);
                }
            }
        }
        if (grounds.more()) {
            notes.add(MORE_PLACES);
        }
        if (!steps.isEmpty() && !steps.getLast().notes().containsAll(notes)) {
            steps.set(steps.size() - 1, steps.getLast().noting(notes));
        }
        return steps.equals(plan.steps()) ? plan : plan.extended(steps, made);
    }

    private static int covering(List<Step> steps, RequestedAction wanted, int episode) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.sameAs(wanted.kind(), wanted.target(), wanted.params())
                    && wanted.policy().mode().compareTo(step.mode()) <= 0
                    && (step.episode() == episode || step.inForce())) {
                return i;
            }
        }
        return -1;
    }

    /** Whether there is room for a step, be it that one of an earlier episode is forgotten, of which nothing is left to undo. */
    private static boolean makeRoom(List<Step> steps, int episode) {
        if (steps.size() < Plan.MAX_STEPS) {
            return true;
        }
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).episode() < episode && steps.get(i).forgettable()) {
                steps.remove(i);
                return true;
            }
        }
        return false;
    }

    private static Step step(PlanContext grounds, int number, AffectedTarget scene, RequestedAction wanted) {
        Duration limit = wanted.policy().timeLimit();
        return new Step(
                grounds.incidentId() + "-" + number,
                grounds.episode(),
                scene.key(),
                wanted.kind(),
                wanted.target(),
                wanted.params(),
                wanted.policy().name(),
                wanted.policy().description(),
                wanted.policy().mode(),
                limit == null ? null : limit.toMillis(),
                StepState.PLANNED,
                List.of(),
                null,
                0,
                null,
                null);
    }
}
