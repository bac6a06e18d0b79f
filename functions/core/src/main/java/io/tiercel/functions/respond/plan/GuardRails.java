package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.guard.ActionCaps;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.policy.Cap;
import io.tiercel.functions.respond.policy.Confidence;
import io.tiercel.functions.respond.policy.Mode;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.ResponsePolicy;
import io.tiercel.functions.respond.policy.ResponsePolicy.PolicyAction;
import io.tiercel.rules.text.Sha256;
import io.tiercel.rules.text.TextLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The guard rails of a step: its policy as it is now, exclusions, caps, circuit breaker and kill switch. Each fails closed. */
final class GuardRails {
    static final String NO_POLICY = "its policy no longer exists";
    static final String KILL_SWITCH = "the kill switch is engaged or cannot be read";

    private static final String NO_ACTION = "its policy no longer requests this action";
    private static final String NOW_DRY_RUN = "its policy is a dry run now; nothing was changed";

    /** Keeps the key of a count within the limits of every store. */
    private static final int MAX_CAP_NAME = 150;

    private static final int HOLDER_BYTES = 8;

    private final Supplier<Policies> policies;
    private final KillSwitch killSwitch;
    private final ActionCaps caps;
    private final CircuitBreaker circuitBreaker;

    GuardRails(Supplier<Policies> policies, KillSwitch killSwitch, ActionCaps caps, CircuitBreaker circuitBreaker) {
        this.policies = policies;
        this.killSwitch = killSwitch;
        this.caps = caps;
        this.circuitBreaker = circuitBreaker;
    }

    /** Returns the policy that requests a step, as it is now; null if it no longer exists. */
    @Nullable
    ResponsePolicy policy(Step step) {
        return policies.get().policies().stream()
                .filter(policy -> policy.name().equals(step.policy()))
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns a step that has not begun as stopped, if its policy no longer requests it; empty if it does. The mode of a stopped
     * step is a dry run, so that it does not cover the same request of a policy that is restored.
     */
    Optional<Step> withdrawn(Step step) {
        ResponsePolicy policy = policy(step);
        if (policy == null) {
            return Optional.of(step.withMode(Mode.DRY_RUN).withState(StepState.CANCELLED, List.of(NO_POLICY)));
        }
        if (!policy.actions().contains(new PolicyAction(step.kind(), step.params()))) {
            return Optional.of(step.withMode(Mode.DRY_RUN).withState(StepState.CANCELLED, List.of(NO_ACTION)));
        }
        if (policy.mode() == Mode.DRY_RUN && step.state() != StepState.PLANNED) {
            return Optional.of(step.withMode(Mode.DRY_RUN).withState(StepState.DRY_RUN, List.of(NOW_DRY_RUN)));
        }
        return Optional.empty();
    }

    /** Returns the step with the mode that its policy has now. */
    Step withCurrentMode(Step step) {
        ResponsePolicy policy = policy(step);
        return policy == null ? step : step.withMode(policy.mode());
    }

    /** Returns whether the kill switch is engaged or cannot be read. */
    boolean killed() {
        return killSwitch.engagedOrUnreadable();
    }

    /** Returns whether the circuit is open or cannot be read, so that steps require approval. */
    boolean circuitOpen(Step step) {
        try {
            return circuitBreaker.open(step.confidence());
        } catch (ActionException e) {
            return true;
        }
    }

    /** Returns why the facts about the incident exclude the step; empty if they do not. */
    Optional<String> exclusion(PlanSession session, @Nullable ResponsePolicy policy, Step step) {
        if (policy == null) {
            return Optional.of(NO_POLICY);
        }
        PlanContext context = session.context();
        if (context == null) {
            return Optional.of("the incident no longer exists");
        }
        AffectedTarget affected = session.affected(step);
        return affected == null
                ? Optional.of("the alert of the affected target is no longer stored")
                : policy.exclusions()
                        .excludeByIncident(
                                Objects.requireNonNull(step.target(), "a step without target is skipped"),
                                affected.alert(),
                                context.facts(affected));
    }

    /**
     * A slot under a cap.
     *
     * @param cap the name of the count
     * @param holder the affected target that has the slot
     * @param user the incident that acquired the slot for it; null in steps of an earlier version
     */
    record Slot(String cap, String holder, @Nullable String user) {}

    /**
     * The slots that a step has, and why it may not run.
     *
     * @param held the reason as a message for operators; empty if the step may run
     */
    record Slots(List<Slot> acquired, Optional<String> held) {}

    /**
     * Counts the affected target of a step under the caps of its policy and of all policies. All steps of one affected target
     * count once, whatever their incidents, so that one pod never uses up the slots of others. Actions that
     * repeat their effect have a count for each target besides. Steps of unverified senders have counts of their own, so that forged alerts never use up those of verified
     * senders.
     */
    Slots acquireCaps(PlanSession session, ResponsePolicy policy, Step step) {
        Cap cap = policy.cap();
        boolean verified = step.confidence() != Confidence.UNVERIFIED_SENDER;
        String prefix = verified ? "" : "unverified/";
        String name = prefix + "policy/" + policy.name();
        String per = cap.per();
        // An unverified sender chooses the values of its fields, so that a count for each value would be no limit.
        if (per != null && verified) {
            PlanContext context = session.context();
            AffectedTarget affected = session.affected(step);
            Object value = context == null || affected == null
                    ? null
                    : context.facts(affected).get(per);
            if (value == null) {
                return new Slots(
                        List.of(), Optional.of("held: the policy's cap counts by " + per + ", which has no value"));
            }
            name = name + "/" + value;
        }
        String incident = session.plan().incidentId();
        String source = incident + "/" + step.episode() + "/" + step.targetKey();
        AffectedTarget target = session.affected(step);
        String holder = target == null ? source : target.provenName().orElse(source);
        List<Request> requests = new ArrayList<>();
        requests.add(new Request(
                new Slot(TextLimit.cut(name, MAX_CAP_NAME), holder, incident),
                cap,
                "the policy's cap of " + text(cap)));
        if (!holder.equals(source) && step.kind().repeatsEffect()) {
            String repeats = "repeats/" + new Sha256().update(holder).hexPrefix(HOLDER_BYTES) + "/" + name;
            requests.add(new Request(
                    new Slot(TextLimit.cut(repeats, MAX_CAP_NAME), source, incident),
                    cap,
                    "the policy's cap of " + text(cap) + " steps for this target"));
        }
        Cap all = policies.get().cap();
        requests.add(new Request(
                new Slot(prefix + "all", holder, incident), all, "the cap of " + text(all) + " for all policies"));
        return acquire(requests);
    }

    /** A slot to acquire under a cap, and the name of the cap in messages. */
    private record Request(Slot slot, Cap cap, String text) {}

    private Slots acquire(List<Request> requests) {
        List<Slot> acquired = new ArrayList<>();
        for (Request request : requests) {
            Slot slot = request.slot();
            try {
                if (!caps.acquire(slot.cap(), request.cap(), slot.holder(), slot.user())) {
                    return new Slots(List.copyOf(acquired), Optional.of("held: " + request.text() + " is reached"));
                }
            } catch (ActionException e) {
                return new Slots(List.copyOf(acquired), Optional.of("held: the cap cannot be read"));
            }
            acquired.add(slot);
        }
        return new Slots(List.copyOf(acquired), Optional.empty());
    }

    /** Returns the slots of steps that ended without any effect, unless another step of the affected target needs them. */
    void returnSlots(PlanSession session) {
        for (Step step : session.steps()) {
            if (step.endedUnchanged() && !step.progress().slots().isEmpty()) {
                List<Slot> needed = session.steps().stream()
                        .filter(other -> !other.endedUnchanged())
                        .flatMap(other -> other.progress().slots().stream())
                        .toList();
                for (Slot slot : step.progress().slots()) {
                    if (!needed.contains(slot)) {
                        caps.release(slot.cap(), slot.holder(), slot.user());
                    }
                }
                session.save(step.withSlots(List.of()));
            }
        }
    }

    private static String text(Cap cap) {
        return cap.max() + " in " + cap.within().toMinutes() + " min";
    }
}
