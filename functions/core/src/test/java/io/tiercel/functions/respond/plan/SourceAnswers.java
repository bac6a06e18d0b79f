package io.tiercel.functions.respond.plan;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.enrich.TargetConfirmation;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.plan.AffectedTargetFacts.Answer;
import io.tiercel.functions.respond.policy.IdentifiedTargets;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** The answers of the sources about the targets of an alert at one moment. */
public record SourceAnswers(Answer<PodFacts> pod, Answer<NodeFacts> node, Answer<InstanceFacts> instance) {
    public static final String POD = "cart-5f7";

    private static final String OTHER = "i-0123456789abcdef1";

    /**
     * A write of a handler.
     *
     * @param answers what the sources answered immediately before it
     * @param approved whether a person had approved the plan
     */
    public record RecordedWrite(Target target, SourceAnswers answers, boolean approved) {
        /** Returns the confirmation of the written target according to an enrichment. */
        public TargetConfirmation confirmation(Enrichment enrichment) {
            IdentifiedTargets targets = IdentifiedTargets.of(enrichment);
            return switch (target.kind()) {
                case POD -> targets.pod().confirmation();
                case NODE -> targets.node().confirmation();
                case INSTANCE -> targets.instance().confirmation();
                case RECEIVER, CHANNELS -> TargetConfirmation.CONFIRMED;
            };
        }
    }

    /** Returns the enrichment of an alert with these answers. */
    public Enrichment of(AffectedTargetFacts facts) {
        return facts.withPod(pod).withNode(node).withInstance(instance).enrichment();
    }

    /** Generates what an alert claims, and which credential its sender has. */
    public static Arbitrary<AffectedTargetFacts> claims() {
        AffectedTargetFacts genuine = AffectedTargetFacts.confirmed(POD, INSTANCE);
        Arbitrary<Sender> senders = Arbitraries.of(
                Sender.ofNode(AffectedTargetFacts.NODE),
                Sender.ofNode("node-8"),
                Sender.NONE,
                Sender.unverified(Sender.Kind.SERVICE_ACCOUNT, "the token is expired"),
                Sender.ofHost(AffectedTargetFacts.NODE),
                Sender.ofInstance(INSTANCE, "123456789012"),
                Sender.ofInstance(OTHER, "123456789012"));
        Arbitrary<String> uids =
                Arbitraries.of(AffectedTargetFacts.uid(POD), "another-uid").injectNull(0.3);
        Arbitrary<String> instances = Arbitraries.of(INSTANCE, OTHER).injectNull(0.3);
        return Combinators.combine(senders, uids, instances)
                .as((sender, uid, instance) -> new AffectedTargetFacts(
                        POD,
                        uid,
                        instance,
                        sender,
                        genuine.podAnswer(),
                        genuine.nodeAnswer(),
                        genuine.instanceAnswer()));
    }

    /** Generates found, contradicting, absent, late and missing answers, and often the ones that confirm everything. */
    public static Arbitrary<SourceAnswers> any() {
        String uid = AffectedTargetFacts.uid(POD);
        Arbitrary<Answer<PodFacts>> pods = Arbitraries.of(
                Answer.found(AffectedTargetFacts.pod(POD, uid, AffectedTargetFacts.NODE)),
                Answer.found(AffectedTargetFacts.pod(POD, "another-uid", AffectedTargetFacts.NODE)),
                Answer.found(AffectedTargetFacts.pod(POD, uid, "node-8")),
                Answer.absent(),
                Answer.timedOut(),
                Answer.notAsked());
        Arbitrary<Answer<NodeFacts>> nodes = Arbitraries.of(
                Answer.found(AffectedTargetFacts.node(AffectedTargetFacts.NODE, INSTANCE)),
                Answer.found(AffectedTargetFacts.node(AffectedTargetFacts.NODE, OTHER)),
                Answer.found(AffectedTargetFacts.node(AffectedTargetFacts.NODE, null)),
                Answer.absent(),
                Answer.timedOut(),
                Answer.notAsked());
        Arbitrary<Answer<InstanceFacts>> instances = Arbitraries.of(
                Answer.found(AffectedTargetFacts.instance(INSTANCE)),
                Answer.found(AffectedTargetFacts.instance(OTHER)),
                Answer.absent(),
                Answer.timedOut(),
                Answer.notAsked());
        Arbitrary<SourceAnswers> any =
                Combinators.combine(pods, nodes, instances).as(SourceAnswers::new);
        AffectedTargetFacts genuine = AffectedTargetFacts.confirmed(POD, INSTANCE);
        return Arbitraries.oneOf(
                any,
                Arbitraries.just(
                        new SourceAnswers(genuine.podAnswer(), genuine.nodeAnswer(), genuine.instanceAnswer())));
    }

    /** Lets all repeated lookups happen. */
    public static void settle(ResponderFixture fixture, PlannedResponder responder) {
        for (int i = 0; i < 2 * TargetCheck.MAX_LOOKUPS; i++) {
            fixture.advance(Duration.ofMinutes(1));
            fixture.sweep(responder);
        }
    }
}
