package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.guard.ActionCaps;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.policy.Cap;
import io.tiercel.functions.respond.policy.Mode;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.ResponsePolicy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Decides about steps: tried only, for approval, excluded, or begun. */
final class StepDecider {
    private static final String NO_ACCESS = "nothing here has access to what it acts on";

    private final Supplier<Policies> policies;
    private final StepExecutor progress;
    private final KillSwitch killSwitch;
    private final ActionCaps caps;
    private final CircuitBreaker breaker;
    private final InstantSource clock;

    StepDecider(
            Supplier<Policies> policies,
            StepExecutor progress,
            KillSwitch killSwitch,
            ActionCaps caps,
            CircuitBreaker breaker,
            InstantSource clock) {
        this.policies = policies;
        this.progress = progress;
        this.killSwitch = killSwitch;
        this.caps = caps;
        this.breaker = breaker;
        this.clock = clock;
    }

    /** Decides about a step that is wanted. */
    void decide(PlanSession run, Step step) {
        if (step.until() != null && !step.dueAt(clock.instant())) {
            return;
        }
        if (step.target() == null) {
            run.save(step.in(StepState.SKIPPED, List.of("target not identified")));
        } else if (step.kind() == ActionKind.NOTIFY) {
            run.save(step.in(StepState.APPLIED, List.of("channels are told of every incident that their routes want")));
        } else if (progress.remedy(step.kind()) == null) {
            run.save(
                    step.mode() == Mode.DRY_RUN
                            ? step.in(StepState.DRY_RUN, List.of("not tried: " + NO_ACCESS))
                            : step.in(StepState.SKIPPED, List.of(NO_ACCESS)));
        } else {
            switch (step.mode()) {
                case DRY_RUN -> run.save(step.in(StepState.DRY_RUN, preview(run, step)));
                case APPROVE -> ask(run, step, List.of());
                case AUTO -> decideAlone(run, step);
            }
        }
    }

    private void decideAlone(PlanSession run, Step step) {
        if (step.kind().alwaysApproved(step.params())) {
            ask(run, step, List.of("it reaches further than what was attacked, so a person has to approve it"));
        } else if (killSwitch.stops()) {
            ask(run, step, List.of("held: the kill switch is thrown or cannot be read"));
        } else if (open()) {
            ask(
                    run,
                    step,
                    List.of("held: the last " + CircuitBreaker.FAILURES
                            + " steps failed; one that is approved and succeeds"
                            + " lets the next go by themselves again"));
        } else {
            begin(run, step, false);
        }
    }

    private boolean open() {
        try {
            return breaker.open();
        } catch (ActionException e) {
            return true;
        }
    }

    /** Begins a step that was approved. */
    void beginApproved(PlanSession run, Step step) {
        if (step.until() != null && !step.dueAt(clock.instant())) {
            return;
        }
        if (killSwitch.stops()) {
            ask(
                    run,
                    step,
                    List.of("approved by " + step.by() + ", but held: the kill switch is thrown or cannot be read"));
        } else {
            begin(run, step, true);
        }
    }

    /** Has a person asked, unless the target is never touched. */
    private void ask(PlanSession run, Step step, List<String> because) {
        ResponsePolicy policy = policy(step);
        Optional<String> excluded = policy == null ? Optional.of("its policy is gone") : before(run, policy, step);
        if (excluded.isPresent() || policy == null) {
            run.save(step.in(StepState.EXCLUDED, List.of(excluded.orElse("its policy is gone"))));
            return;
        }
        List<String> notes = new ArrayList<>(because);
        try {
            CapturedState captured = remedy(step).capture(run.work(step));
            excluded = policy.exclusions().after(step.kind(), target(step), captured.facts());
            if (excluded.isPresent()) {
                run.save(step.in(StepState.EXCLUDED, List.of(excluded.get())));
                return;
            }
            notes.addAll(preview(run, step));
        } catch (ActionException e) {
            notes.add(e.getMessage());
        }
        Instant expires = clock.instant().plus(policy.approvalTime());
        run.save(step.in(StepState.WAITING, notes).until(expires));
    }

    private void begin(PlanSession run, Step step, boolean approved) {
        ResponsePolicy policy = policy(step);
        Optional<String> excluded = policy == null ? Optional.of("its policy is gone") : before(run, policy, step);
        if (excluded.isPresent() || policy == null) {
            run.save(step.in(StepState.EXCLUDED, List.of(excluded.orElse("its policy is gone"))));
            return;
        }
        CapturedState captured;
        try {
            captured = remedy(step).capture(run.work(step));
        } catch (ActionException e) {
            unread(run, step, e);
            return;
        }
        excluded = policy.exclusions().after(step.kind(), target(step), captured.facts());
        if (excluded.isPresent()) {
            run.save(step.in(StepState.EXCLUDED, List.of(excluded.get())));
            return;
        }
        if (!approved) {
            Optional<String> held = capped(run, policy, step);
            if (held.isPresent()) {
                ask(run, step, List.of(held.get()));
                return;
            }
        }
        progress.apply(run, run.save(step.begun(captured.prior())));
    }

    /** A target that cannot be read is not acted on. */
    private void unread(PlanSession run, Step step, ActionException failure) {
        List<String> note = List.of(failure.getMessage() + "; nothing was done");
        int attempts = step.attempts() + 1;
        switch (failure.kind()) {
            case ABSENT -> run.save(step.in(StepState.SKIPPED, note));
            case FINAL -> {
                breaker.note(false);
                run.save(step.in(StepState.FAILED, note));
            }
            case PASSING ->
                run.save(
                        attempts < StepExecutor.ATTEMPTS
                                ? step.triedUntil(attempts, clock.instant().plus(StepExecutor.pause(attempts)))
                                        .noting(note)
                                : step.in(StepState.FAILED, note));
        }
    }

    private static Optional<String> before(PlanSession run, ResponsePolicy policy, Step step) {
        PlanContext grounds = run.grounds();
        if (grounds == null) {
            return Optional.of("the incident is gone");
        }
        AffectedTarget scene = grounds.scene(step);
        return scene == null
                ? Optional.of("what was known of the place that it is for is gone")
                : policy.exclusions().before(target(step), scene.alert(), grounds.facts(scene));
    }

    /** Counts where the step is for under its caps, once for all steps there; why it may not go on, or empty. */
    private Optional<String> capped(PlanSession run, ResponsePolicy policy, Step step) {
        Cap cap = policy.cap();
        String name = "policy/" + policy.name();
        String per = cap.per();
        if (per != null) {
            PlanContext grounds = run.grounds();
            AffectedTarget scene = grounds == null ? null : grounds.scene(step);
            Object value = grounds == null || scene == null
                    ? null
                    : grounds.facts(scene).get(per);
            if (value == null) {
                return Optional.of("held: " + per + ", by which the policy's cap counts, is not known");
            }
            name = name + "/" + value;
        }
        String holder = run.plan().incidentId() + "/" + step.episode() + "/" + step.scene();
        try {
            if (!caps.take(name.length() > 150 ? name.substring(0, 150) : name, cap, holder)) {
                return Optional.of("held: the policy's cap of " + text(cap) + " is reached");
            }
            if (!caps.take("all", policies.get().cap(), holder)) {
                return Optional.of(
                        "held: the cap of all policies, " + text(policies.get().cap()) + ", is reached");
            }
            return Optional.empty();
        } catch (ActionException e) {
            return Optional.of("held: the cap cannot be read");
        }
    }

    private static String text(Cap cap) {
        return cap.most() + " in " + cap.within().toMinutes() + " min";
    }

    private List<String> preview(PlanSession run, Step step) {
        try {
            return remedy(step).preview(run.work(step));
        } catch (ActionException e) {
            return List.of("could not be tried: " + e.getMessage());
        }
    }

    private ActionHandler remedy(Step step) {
        ActionHandler remedy = progress.remedy(step.kind());
        if (remedy == null) {
            throw ActionException.because(NO_ACCESS);
        }
        return remedy;
    }

    private static Target target(Step step) {
        return Objects.requireNonNull(step.target(), "a step without target is skipped");
    }

    private @Nullable ResponsePolicy policy(Step step) {
        return policies.get().policies().stream()
                .filter(policy -> policy.name().equals(step.policy()))
                .findFirst()
                .orElse(null);
    }
}
