package io.tiercel.functions.respond.plan;

import io.tiercel.functions.enrich.TargetConfirmation.Status;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.policy.Confidence;
import io.tiercel.functions.respond.policy.OnDrift;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.RequestedAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Adds the actions that policies request to a plan. Each action becomes one step for each target in an episode of the
 * incident. A step of an earlier episode that is still in force covers the new episode. A step that was released or failed is
 * requested again when the incident reopens.
 *
 * <p>Anybody who can reach the functions can forge alerts. A request therefore never covers one with more {@link Confidence},
 * and never takes its room in the plan.
 */
final class PlanBuilder {
    static final String PLAN_FULL = "policies request more steps, which are left out: a plan has at most "
            + Plan.MAX_STEPS + " steps, and at most " + Plan.MAX_UNCONFIRMED_STEPS + " whose target is not confirmed";
    static final String MORE_TARGETS = "the incident affects more targets, which get no steps; handle them manually";
    static final String MORE_CONTRADICTED =
            "further alerts of unverified senders claim targets that the sources contradict; they get no steps";
    static final String CONFIRMED_SINCE = "requested again: an alert with a confirmed target was received since";

    private final Supplier<Policies> policies;

    PlanBuilder(Supplier<Policies> policies) {
        this.policies = policies;
    }

    /** Returns the plan with the missing steps added; the same object if none is missing. */
    Plan extend(Plan plan, PlanContext context) {
        List<Step> steps = new ArrayList<>(plan.steps());
        List<String> notes = new ArrayList<>();
        int created = plan.stepsCreated();
        for (AffectedTarget target : verifiedFirst(context.targets())) {
            List<RequestedAction> requests =
                    RequestedAction.find(policies.get(), target.alert(), target.enrichment(), context.facts(target));
            for (RequestedAction requested : requests) {
                int episode = context.episode();
                int contradicted = contradictedIndex(steps, requested, episode, target);
                if (contradicted >= 0) {
                    steps.set(contradicted, steps.get(contradicted).withNotes(List.of(MORE_CONTRADICTED)));
                    continue;
                }
                int coveringIndex = coveringIndex(steps, requested, episode, target.key());
                int weakerIndex = coveringIndex >= 0 ? -1 : weakerIndex(steps, requested, target.key());
                if (coveringIndex >= 0) {
                    steps.set(coveringIndex, covered(steps.get(coveringIndex), requested, episode, target.key()));
                } else if (weakerIndex >= 0) {
                    steps.set(weakerIndex, planAgain(steps.get(weakerIndex), context, target, requested));
                } else if (makeRoom(steps, requested.confidence(), episode)) {
                    steps.add(step(
                            Plan.stepId(context.incidentId(), created++),
                            context,
                            target,
                            requested,
                            StepProgress.PLANNED));
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

    private static List<AffectedTarget> verifiedFirst(List<AffectedTarget> targets) {
        return targets.stream()
                .sorted(Comparator.comparing(
                        target -> !target.enrichment().sender().verified()))
                .toList();
    }

    /**
     * Returns the index of the step that stands for all claims of this kind which can never act: those of unverified senders that the
     * sources contradict. Returns -1 if there is none, or if the request is no such claim of another target.
     */
    private static int contradictedIndex(
            List<Step> steps, RequestedAction requested, int episode, AffectedTarget target) {
        if (target.enrichment().sender().verified()
                || requested.identified().confirmation().status() != Status.CONTRADICTED) {
            return -1;
        }
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.target() == null
                    && step.kind() == requested.kind()
                    && step.params().equals(requested.params())
                    && step.confidence() == Confidence.UNVERIFIED_SENDER
                    && step.episode() == episode
                    && !step.targetKey().equals(target.key())) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the index of a step that makes the requested action redundant; -1 if there is none. */
    private static int coveringIndex(List<Step> steps, RequestedAction requested, int episode, String targetKey) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.sameAs(requested, targetKey)
                    && requested.policy().mode().compareTo(step.mode()) <= 0
                    && (step.episode() == episode || step.isActive())
                    && (step.confidence().compareTo(requested.confidence()) >= 0 || step.isInForce())) {
                return i;
            }
        }
        return -1;
    }

    private static Step covered(Step step, RequestedAction requested, int episode, String targetKey) {
        return step.confidence().compareTo(requested.confidence()) < 0
                ? step.confirmedBy(episode, targetKey, requested)
                : step.requestedInEpisode(episode, targetKey, requested.confidence());
    }

    /**
     * Returns the index of a step with less confidence that the requested action replaces, because it has no effect yet; -1 if
     * there is none. The mode must not allow less, so that a person can still approve what waits.
     */
    private static int weakerIndex(List<Step> steps, RequestedAction requested, String targetKey) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.sameAs(requested, targetKey)
                    && step.isIdle()
                    && step.confidence().compareTo(requested.confidence()) < 0
                    && requested.policy().mode().compareTo(step.mode()) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** Plans a step for an affected target with more confidence. An approval that was given stays valid. */
    private static Step planAgain(Step weaker, PlanContext context, AffectedTarget target, RequestedAction requested) {
        StepProgress progress = weaker.state() == StepState.APPROVED
                ? weaker.progress()
                : StepProgress.PLANNED.withNotes(List.of(CONFIRMED_SINCE));
        return step(weaker.id(), context, target, requested, progress);
    }

    /**
     * Returns whether the plan has room for a step. If it is full, removes a finished step of an earlier episode, or else a step
     * with less confidence that has no effect.
     */
    private static boolean makeRoom(List<Step> steps, Confidence requested, int episode) {
        if (hasRoom(steps, requested)) {
            return true;
        }
        boolean shareIsFull = requested != Confidence.CONFIRMED && unconfirmed(steps) >= Plan.MAX_UNCONFIRMED_STEPS;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.episode() < episode && step.removable() && !(shareIsFull && confirmed(step))) {
                steps.remove(i);
                return true;
            }
        }
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            if (step.confidence().compareTo(requested) < 0 && step.isIdle() && step.state() != StepState.APPROVED) {
                steps.remove(i);
                return true;
            }
        }
        return false;
    }

    private static boolean hasRoom(List<Step> steps, Confidence requested) {
        return steps.size() < Plan.MAX_STEPS
                && (requested == Confidence.CONFIRMED || unconfirmed(steps) < Plan.MAX_UNCONFIRMED_STEPS);
    }

    private static long unconfirmed(List<Step> steps) {
        return steps.stream().filter(step -> !confirmed(step)).count();
    }

    private static boolean confirmed(Step step) {
        return step.confidence() == Confidence.CONFIRMED;
    }

    private static Step step(
            String id, PlanContext context, AffectedTarget target, RequestedAction requested, StepProgress progress) {
        Duration limit = requested.policy().timeLimit();
        return new Step(
                id,
                context.episode(),
                target.key(),
                requested.kind(),
                requested.target(),
                requested.confidence(),
                requested.params(),
                requested.policy().name(),
                requested.policy().description(),
                requested.policy().mode(),
                limit == null ? null : limit.toMillis(),
                requested.policy().onDrift() == OnDrift.RESTORE,
                progress);
    }
}
