package io.tiercel.functions.respond.plan;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.TargetConfirmation.Status;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.policy.IdentifiedTarget;
import io.tiercel.functions.respond.policy.RequestedAction;
import io.tiercel.functions.retry.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the target of a step again and compares it with the alert that led to the step. This is the only place that decides
 * whether a step may act on its target, with or without a person's approval.
 */
final class TargetCheck {
    /** The maximum number of lookups that are repeated because a source did not answer. */
    static final int MAX_LOOKUPS = 6;

    /** The maximum time during which lookups are repeated. */
    static final Duration MAX_TIME = Duration.ofMinutes(10);

    private static final String DUPLICATE = "another step of the plan acts on this target";
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(1));

    private final TargetLookup lookup;
    private final InstantSource clock;

    TargetCheck(TargetLookup lookup, InstantSource clock) {
        this.lookup = lookup;
        this.clock = clock;
    }

    /** The result of a check. The steps in it have the target as it was just looked up. */
    sealed interface Result {
        /** The target is confirmed, or it is configured. The step may run automatically. */
        record Confirmed(Step step) implements Result {}

        /**
         * The target is not confirmed. The step may run only if a person approves it.
         *
         * @param reasons each missing link, as a message for operators
         */
        record Unconfirmed(Step step, List<String> reasons) implements Result {}

        /** A source did not answer. The step is to be checked again at its due time. */
        record Later(Step step) implements Result {}

        /**
         * The step may act on nothing, even if a person approves it.
         *
         * @param reasons why, as messages for operators
         */
        record NoTarget(List<String> reasons) implements Result {}
    }

    /** How long a check waits for a source that did not answer. */
    enum Patience {
        /** Until the target is confirmed. */
        UNTIL_CONFIRMED,
        /** Until the target is identified. */
        UNTIL_IDENTIFIED
    }

    /** Checks the target of a step with the facts that were stored with the alert, unless they are incomplete or contradict each other. */
    Result checkStored(PlanSession session, Step step) {
        AffectedTarget affected = session.stored(step);
        if (affected != null) {
            IdentifiedTarget stored = identify(step, affected.enrichment());
            if (stored.target() != null && !stored.confirmation().retryable()) {
                return result(step, stored, affected, stored, Patience.UNTIL_IDENTIFIED);
            }
        }
        return check(session, step, Patience.UNTIL_IDENTIFIED);
    }

    /** Looks up the target of a step and checks it. The session uses the facts that were found from now on. */
    Result check(PlanSession session, Step step, Patience patience) {
        AffectedTarget affected = session.stored(step);
        if (affected == null) {
            return new Result.NoTarget(List.of("the alert of the affected target is no longer stored"));
        }
        IdentifiedTarget stored = identify(step, affected.enrichment());
        if (configured(stored.target())) {
            return new Result.Confirmed(step);
        }
        if (stored.target() == null
                && !stored.confirmation().retryable()
                && !affected.enrichment().sender().verified()) {
            // Anybody can send many such alerts, so they cause no lookups.
            return noTarget(stored, false);
        }
        AffectedTarget current = current(session, step, affected);
        Result result = result(step, stored, current, identify(step, current.enrichment()), patience);
        return isDuplicate(session, step, result) ? new Result.NoTarget(List.of(DUPLICATE)) : result;
    }

    /**
     * Looks up a target, unless a source that its step needs did not answer in this session: the steps of one target wait for it
     * only once. EC2 is asked only for an instance.
     */
    private AffectedTarget current(PlanSession session, Step step, AffectedTarget stored) {
        boolean instance = needsInstance(step);
        AffectedTarget earlier = session.lookedUp(step, false);
        if (earlier != null && earlier.enrichment().clusterSilent()) {
            return earlier;
        }
        AffectedTarget withInstance = session.lookedUp(step, true);
        if (instance
                && withInstance != null
                && identify(step, withInstance.enrichment()).confirmation().retryable()) {
            return withInstance;
        }
        Enrichment known = (earlier == null ? stored : earlier).enrichment();
        AffectedTarget current = new AffectedTarget(
                stored.key(),
                stored.alert(),
                instance ? lookup.lookUpAgain(stored.alert(), known) : lookup.lookUpPodAgain(stored.alert(), known));
        session.lookedUp(current, instance);
        return current;
    }

    private static boolean needsInstance(Step step) {
        return switch (step.kind().targetKind(step.params())) {
            case INSTANCE -> true;
            case POD, NODE, RECEIVER, CHANNELS -> false;
        };
    }

    /** Returns whether the target of a step was unknown and is that of another step that is not finished. */
    private static boolean isDuplicate(PlanSession session, Step step, Result result) {
        Step found = switch (result) {
            case Result.Confirmed(Step confirmed) -> confirmed;
            case Result.Unconfirmed(Step unconfirmed, List<String> _) -> unconfirmed;
            case Result.Later _, Result.NoTarget _ -> step;
        };
        return step.target() == null
                && session.steps().stream()
                        .anyMatch(other -> !other.id().equals(found.id())
                                && other.sameAs(found)
                                && other.isActive()
                                && other.confidence().compareTo(found.confidence()) >= 0);
    }

    private static IdentifiedTarget identify(Step step, Enrichment enrichment) {
        return RequestedAction.identify(step.kind(), step.params(), enrichment);
    }

    /** Receivers and channels come from the policy file. */
    private static boolean configured(@Nullable Target target) {
        return target != null
                && switch (target.kind()) {
                    case RECEIVER, CHANNELS -> true;
                    case POD, NODE, INSTANCE -> false;
                };
    }

    /** @param stored the target according to the facts that were stored with the alert */
    private Result result(
            Step step, IdentifiedTarget stored, AffectedTarget current, IdentifiedTarget found, Patience patience) {
        boolean verified = current.enrichment().sender().verified();
        boolean confirmed = verified && found.confirmed();
        // A source that no longer answers does not end a contradiction.
        boolean contradicted = stored.confirmation().status() == Status.CONTRADICTED && !confirmed;
        boolean retryable = found.confirmation().retryable() && mayLookUpAgain(step);
        Target target = found.target();
        if (target == null || contradicted) {
            return retryable
                    ? later(step)
                    : noTarget(
                            contradicted ? stored : found, found.confirmation().retryable());
        }
        Target planned = step.target();
        if (planned != null && !planned.sameAs(target)) {
            return new Result.NoTarget(List.of("the target is no longer " + text(planned) + " but " + text(target)));
        }
        Step identified = step.identifiedAs(
                planned == null || planned.uid() == null ? target : planned,
                RequestedAction.confidence(step.kind(), current.enrichment(), found));
        if (confirmed) {
            return new Result.Confirmed(identified);
        }
        if (retryable && patience == Patience.UNTIL_CONFIRMED) {
            return later(identified);
        }
        return new Result.Unconfirmed(
                identified,
                found.reasons().stream()
                        .map(reason -> PlanStep.NOT_CONFIRMED + reason)
                        .toList());
    }

    private static Result noTarget(IdentifiedTarget target, boolean gaveUp) {
        List<String> reasons = new ArrayList<>();
        reasons.add(
                target.confirmation().status() == Status.CONTRADICTED
                        ? "no target: the sources contradict each other"
                        : PlanStep.NO_TARGET);
        reasons.addAll(target.reasons());
        if (gaveUp) {
            reasons.add("a source did not answer repeatedly; the lookup is not repeated any more");
        }
        return new Result.NoTarget(List.copyOf(reasons));
    }

    private static String text(Target target) {
        return target.text() + (target.uid() == null ? "" : " with uid " + target.uid());
    }

    private boolean mayLookUpAgain(Step step) {
        Long since = step.progress().lookupsSince();
        return step.progress().lookups() < MAX_LOOKUPS
                && (since == null
                        || clock.instant().isBefore(Instant.ofEpochMilli(since).plus(MAX_TIME)));
    }

    private Result later(Step step) {
        Instant now = clock.instant();
        int lookups = step.progress().lookups() + 1;
        return new Result.Later(step.lookUpAt(now, now.plus(BACKOFF.delay(lookups)))
                .withNotes(List.of("a source did not answer; the target is looked up again")));
    }
}
