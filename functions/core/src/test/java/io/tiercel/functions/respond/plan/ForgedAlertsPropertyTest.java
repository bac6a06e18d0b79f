package io.tiercel.functions.respond.plan;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.AlertText;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.respond.plan.AffectedTargetFacts.Answer;
import io.tiercel.rules.alert.AlertJson;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;

/** Forged alerts never suppress, delay, fill up or pre-claim the response to a genuine alert of the same incident. */
@Tag("unit")
class ForgedAlertsPropertyTest {
    private static final String POD = "cart-5f7";
    private static final AffectedTargetFacts GENUINE = AffectedTargetFacts.confirmed(POD, INSTANCE);
    private static final String POLICY = """
            - policy: P
              desc: D
              match: {priority: debug}
              mode: auto
              cap: {max: 1}
              actions: [k8s:isolate-pod, ec2:isolate, lambda:invoke: {function: f}]
            """;

    private final Map<String, Integer> writes = new TreeMap<>();

    private PlannedResponder responder(ResponderFixture fixture) {
        RecordingHandler handler =
                new RecordingHandler(context -> writes.merge(context.target().text(), 1, Integer::sum));
        return fixture.process(handler.forAllTargets(), CrashPoint.none());
    }

    /** Alerts that an attacker can send: without a credential, or with that of another node. */
    @Provide
    Arbitrary<AffectedTargetFacts> forgeries() {
        Arbitrary<String> pods = Arbitraries.integers().between(0, 60).map(i -> i == 0 ? POD : "cart-" + i);
        Arbitrary<Sender> senders = Arbitraries.of(
                Sender.NONE, Sender.unverified(Sender.Kind.SERVICE_ACCOUNT, "expired"), Sender.ofNode("node-8"));
        Arbitrary<Boolean> withUid = Arbitraries.of(true, false);
        Arbitrary<Boolean> answered = Arbitraries.of(true, false);
        return Combinators.combine(pods, senders, withUid, answered).as((pod, sender, uid, answer) -> {
            AffectedTargetFacts facts = AffectedTargetFacts.confirmed(pod, INSTANCE)
                    .from(sender)
                    .withPodUid(uid ? AffectedTargetFacts.uid(pod) : null);
            return answer
                    ? facts
                    : facts.withPod(Answer.timedOut())
                            .withNode(Answer.timedOut())
                            .withInstance(Answer.timedOut());
        });
    }

    private static EnrichedAlert enriched(AffectedTargetFacts facts) {
        AffectedTarget target = facts.target();
        return new EnrichedAlert(
                AlertText.read(AlertText.object(
                        AlertJson.defaults().write(target.alert().withId("node-7/x/" + target.key())))),
                new Fingerprint("prod", "rule", "workload", "executable", "target"),
                target.enrichment());
    }

    /** An incident with its stored targets, which is processed after each alert. */
    private static final class Incident {
        private final ResponderFixture fixture = new ResponderFixture(POLICY);
        private final AffectedTargets stored = new AffectedTargets(fixture.store);

        Incident() {
            fixture.targets = List.of();
        }

        void receive(AffectedTargetFacts facts) {
            stored.add("a1", fixture.episode, enriched(facts));
            AffectedTargets.ObservedTargets observed = stored.list("a1", fixture.episode);
            fixture.targets = observed.targets();
            fixture.hasMoreTargets = observed.more();
        }
    }

    @Property(tries = 300)
    void the_response_to_a_genuine_alert_runs_whatever_is_forged_before_and_after_it(
            @ForAll @Size(max = 30) List<@From("forgeries") AffectedTargetFacts> before,
            @ForAll @Size(max = 30) List<@From("forgeries") AffectedTargetFacts> after,
            @ForAll @IntRange(max = 3) int expiries,
            @ForAll boolean releasedBefore) {
        writes.clear();
        Incident incident = new Incident();
        ResponderFixture fixture = incident.fixture;
        PlannedResponder responder = responder(fixture);
        for (AffectedTargetFacts forged : before) {
            incident.receive(forged);
            responder.respond("a1");
        }
        for (int i = 0; i < expiries; i++) {
            fixture.advance(Duration.ofHours(13));
            fixture.sweep(responder);
        }
        if (releasedBefore) {
            responder.release("a1", "ann");
            fixture.handleRequests(responder);
        }
        Map<String, Integer> forgedWrites = new TreeMap<>(writes);
        incident.receive(GENUINE);
        responder.respond("a1");
        for (AffectedTargetFacts forged : after) {
            incident.receive(forged);
            responder.respond("a1");
        }
        assertTrue(forgedWrites.keySet().stream().allMatch("function f"::equals), forgedWrites.toString());
        assertEquals(
                Map.of("pod shop/" + POD, 1, "instance " + INSTANCE, 1),
                without(writes, "function f"),
                () -> steps(fixture) + "\n" + fixture.notes("a1"));
        assertTrue(
                writes.getOrDefault("function f", 0) > forgedWrites.getOrDefault("function f", 0),
                "the receiver was called for the genuine alert");
    }

    private static Map<String, Integer> without(Map<String, Integer> map, String key) {
        Map<String, Integer> others = new TreeMap<>(map);
        others.remove(key);
        return others;
    }

    private static List<String> steps(ResponderFixture fixture) {
        return fixture.plan("a1").steps().stream()
                .map(step -> step.action() + " " + step.target() + " " + step.state())
                .toList();
    }
}
