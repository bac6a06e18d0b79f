package io.tiercel.functions.respond.plan;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.TargetConfirmation;
import io.tiercel.functions.enrich.TargetConfirmation.Status;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.plan.AffectedTargetFacts.Answer;
import io.tiercel.functions.respond.plan.SourceAnswers.RecordedWrite;
import io.tiercel.functions.respond.policy.IdentifiedTargets;
import io.tiercel.functions.respond.policy.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/**
 * No path leads from an unconfirmed target to a write without a person's approval, and none from a contradicted one even with
 * approval. Every combination of senders, claims and answers of the sources, at alert time and later, is a path.
 */
@Tag("unit")
class ConfirmedTargetsPropertyTest {
    @Provide
    Arbitrary<AffectedTargetFacts> claims() {
        return SourceAnswers.claims();
    }

    @Provide
    Arbitrary<SourceAnswers> answers() {
        return SourceAnswers.any();
    }

    @Property(tries = 2000)
    void only_confirmed_targets_are_acted_on_without_approval_and_contradicted_ones_never(
            @ForAll("claims") AffectedTargetFacts claims,
            @ForAll("answers") SourceAnswers atAlert,
            @ForAll("answers") SourceAnswers later,
            @ForAll("answers") SourceAnswers afterApproval,
            @ForAll Mode mode,
            @ForAll boolean approve) {
        ResponderFixture fixture = new ResponderFixture("- policy: P\n  desc: D\n  match: {priority: debug}\n  mode: "
                + mode.label() + "\n  cap: {max: 99}\n"
                + "  actions: [k8s:isolate-pod, k8s:cordon, ec2:isolate]\n");
        AffectedTargetFacts alerted =
                claims.withPod(atAlert.pod()).withNode(atAlert.node()).withInstance(atAlert.instance());
        fixture.targets = List.of(alerted.target());
        List<RecordedWrite> writes = new ArrayList<>();
        boolean[] approved = {false};
        SourceAnswers[] current = {later};
        RecordingHandler handler = new RecordingHandler(
                context -> writes.add(new RecordedWrite(context.target(), current[0], approved[0])));
        fixture.lookup = (alert, stored) -> current[0].of(claims);
        PlannedResponder responder = fixture.process(handler.forAllTargets(), CrashPoint.none());

        responder.respond("a1");
        SourceAnswers.settle(fixture, responder);
        current[0] = afterApproval;
        if (approve && fixture.states("a1").contains("waiting")) {
            approved[0] = true;
            responder.approve("a1", fixture.planId("a1"), "ann");
            fixture.handleRequests(responder);
        }
        SourceAnswers.settle(fixture, responder);

        for (RecordedWrite write : writes) {
            TargetConfirmation confirmation = write.confirmation(write.answers().of(claims));
            assertFalse(confirmation.status() == Status.CONTRADICTED, write + " of a contradicted target");
            TargetConfirmation first = write.confirmation(alerted.enrichment());
            assertTrue(
                    confirmation.confirmed() || first.status() != Status.CONTRADICTED,
                    write + " although only the alert's own facts contradict each other");
            assertTrue(confirmation.confirmed() || write.approved(), write + " of an unconfirmed target");
            assertFalse(mode == Mode.DRY_RUN, write + " in a dry run");
            assertTrue(mode == Mode.AUTO || write.approved(), write + " without approval");
        }
        assertEquals(
                writes.stream()
                        .map(write -> write.target().kind())
                        .collect(Collectors.toCollection(TreeSet::new))
                        .size(),
                writes.size(),
                "each action ran at most once");
        if (mode == Mode.AUTO
                && allConfirmed(later.of(claims))
                && !contradicted(alerted.enrichment(), later.of(claims))) {
            assertEquals(List.of("applied", "applied", "applied"), fixture.states("a1"), fixture.notes("a1"));
        }
        for (PlanStep step : fixture.plan("a1").steps()) {
            assertTrue(
                    Set.of(
                                    StepState.APPLIED,
                                    StepState.SKIPPED,
                                    StepState.WAITING,
                                    StepState.EXPIRED,
                                    StepState.DRY_RUN)
                            .contains(step.state()),
                    step.toString());
            assertTrue(step.state() == StepState.APPLIED || !step.notes().isEmpty(), "no reason: " + step);
        }
    }

    private static boolean allConfirmed(Enrichment enrichment) {
        IdentifiedTargets targets = IdentifiedTargets.of(enrichment);
        return targets.pod().confirmed()
                && targets.node().confirmed()
                && targets.instance().confirmed();
    }

    /** Returns whether the claims at alert time name another target than the one that is confirmed later. */
    private static boolean contradicted(Enrichment atAlert, Enrichment later) {
        IdentifiedTargets first = IdentifiedTargets.of(atAlert);
        IdentifiedTargets second = IdentifiedTargets.of(later);
        return differs(first.instance().target(), second.instance().target())
                || differs(first.node().target(), second.node().target())
                || differs(first.pod().target(), second.pod().target());
    }

    private static boolean differs(@Nullable Target a, @Nullable Target b) {
        return a != null && b != null && !a.sameAs(b);
    }

    @Example
    void a_genuine_alert_whose_lookups_time_out_is_identified_again() {
        // Every lookup times out until the last permitted one.
        AffectedTargetFacts genuine = AffectedTargetFacts.confirmed(SourceAnswers.POD, INSTANCE);
        AffectedTargetFacts silent =
                genuine.withPod(Answer.timedOut()).withNode(Answer.timedOut()).withInstance(Answer.timedOut());
        ResponderFixture fixture = new ResponderFixture(
                "- policy: P\n  desc: D\n  match: {priority: debug}\n  mode: auto\n  actions: [k8s:isolate-pod, ec2:isolate]\n");
        fixture.targets = List.of(silent.target());
        int[] lookups = {0};
        fixture.lookup =
                (alert, stored) -> lookups[0]++ < TargetCheck.MAX_LOOKUPS ? silent.enrichment() : genuine.enrichment();
        List<String> writes = new ArrayList<>();
        PlannedResponder responder = fixture.process(
                new RecordingHandler(context -> writes.add(context.target().text())).forAllTargets(),
                CrashPoint.none());
        responder.respond("a1");
        assertEquals(List.of("planned", "planned"), fixture.states("a1"), fixture.notes("a1"));
        SourceAnswers.settle(fixture, responder);
        assertEquals(List.of("applied", "applied"), fixture.states("a1"), fixture.notes("a1"));
        assertEquals(
                List.of("pod shop/" + SourceAnswers.POD, "instance " + INSTANCE),
                writes.stream().sorted().toList().reversed());
    }
}
