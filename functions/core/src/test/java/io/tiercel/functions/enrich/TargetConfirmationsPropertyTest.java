package io.tiercel.functions.enrich;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.enrich.TargetConfirmation.Status;
import io.tiercel.functions.identity.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/** Compares the confirmations with a model over all combinations of senders, claims and answers of the sources. */
@Tag("unit")
class TargetConfirmationsPropertyTest {
    private static final String I1 = "i-00000000000000001";
    private static final String I2 = "i-00000000000000002";
    private static final String ACCOUNT = "123456789012";
    private static final List<String> NOT_FOUND =
            List.of("none", LookupRecord.ABSENT, LookupRecord.TIMED_OUT, LookupRecord.FAILED + "403");

    /**
     * What the alert says.
     *
     * @param host its host name
     * @param names whether it names a pod
     * @param uid the pod's uid; empty if it has none
     * @param instance the instance; empty if it names none
     */
    record Claims(String host, boolean names, String uid, String instance) {}

    /**
     * What a source answers.
     *
     * @param outcome {@code found}, {@code absent}, {@code timed out}, {@code failed: ...}, or {@code none} without a lookup
     * @param facts null unless found
     */
    record Answer<F>(String outcome, @Nullable F facts) {
        boolean answered() {
            return outcome.equals(LookupRecord.FOUND) || outcome.equals(LookupRecord.ABSENT);
        }

        boolean incomplete() {
            return !answered() && !outcome.equals("none");
        }
    }

    record Case(
            Sender sender,
            Claims claims,
            Answer<NodeFacts> node,
            Answer<PodFacts> pod,
            Answer<InstanceFacts> instance) {
        TargetConfirmations confirmations() {
            List<LookupRecord> lookups = new ArrayList<>();
            lookup(lookups, TargetFinder.POD, pod);
            lookup(lookups, TargetFinder.NODE, node);
            lookup(lookups, TargetFinder.INSTANCE, instance);
            return TargetConfirmations.of(new Enrichment(
                    sender,
                    new HostFacts(
                            claims.host,
                            null,
                            "",
                            null,
                            null,
                            null,
                            claims.names ? "shop" : null,
                            claims.names ? "cart" : null,
                            claims.names && !claims.uid.isEmpty() ? claims.uid : null,
                            claims.instance.isEmpty() ? null : claims.instance),
                    List.of(),
                    List.of(),
                    instance.facts,
                    node.facts,
                    claims.names ? pod.facts : null,
                    null,
                    Map.of(),
                    lookups));
        }

        private void lookup(List<LookupRecord> lookups, String source, Answer<?> answer) {
            boolean asked = !answer.outcome.equals("none") && (claims.names || !source.equals(TargetFinder.POD));
            if (asked) {
                lookups.add(new LookupRecord(source, "x", answer.outcome, 0));
            }
        }

        Case withSender(Sender other) {
            return new Case(other, claims, node, pod, instance);
        }

        Case withUid(String uid) {
            return new Case(sender, new Claims(claims.host, claims.names, uid, claims.instance), node, pod, instance);
        }

        /** Returns the same case with one source that does not answer; the same if it was never asked. */
        Case without(String source, String outcome) {
            return new Case(
                    sender,
                    claims,
                    source.equals(TargetFinder.NODE) ? lost(node, outcome) : node,
                    source.equals(TargetFinder.POD) ? lost(pod, outcome) : pod,
                    source.equals(TargetFinder.INSTANCE) ? lost(instance, outcome) : instance);
        }

        private static <F> Answer<F> lost(Answer<F> answer, String outcome) {
            return answer.outcome.equals("none") ? answer : new Answer<>(outcome, null);
        }
    }

    /** The model: one statement for each target, in the words of the documentation. */
    private static final class Model {
        private final Case c;

        Model(Case c) {
            this.c = c;
        }

        boolean pod() {
            return node()
                    && c.claims.names
                    && c.pod.facts != null
                    && c.pod.facts.uid().equals(c.claims.uid)
                    && c.node.facts != null
                    && c.node.facts.name().equals(c.pod.facts.node());
        }

        boolean node() {
            return honestAboutItself() && c.node.facts != null && isOfSender(c.node.facts);
        }

        boolean instance() {
            InstanceFacts described = c.instance.facts;
            if (!honestAboutItself() || described == null || described.state().equals("terminated")) {
                return false;
            }
            String proven = c.sender.instanceId();
            boolean byAddress = described.privateDnsName() != null
                    && c.claims.host.startsWith("ip-")
                    && !described.privateDnsName().startsWith(c.claims.host + ".");
            if (proven != null) {
                return described.id().equals(proven)
                        && ACCOUNT.equals(described.account())
                        && c.sender.account() != null
                        && c.sender.account().equals(described.account())
                        && !byAddress;
            }
            return node() && c.node.facts != null && described.id().equals(c.node.facts.instanceId()) && !byAddress;
        }

        /** The sender is verified, and no claim is false or might be: all lookups that were made were answered. */
        private boolean honestAboutItself() {
            if (!c.sender.verified() || c.node.incomplete() || c.claims.names && c.pod.incomplete()) {
                return false;
            }
            String name = c.sender.node();
            boolean nameOfAnother =
                    name != null && !c.claims.host.toLowerCase(Locale.ROOT).equals(name);
            return !nameOfAnother && !nodeOfAnother() && !podOfAnother() && !instanceOfAnother();
        }

        private boolean isOfSender(NodeFacts node) {
            return c.sender.instanceId() != null
                    ? c.sender.instanceId().equals(node.instanceId())
                    : node.name().equals(c.sender.node());
        }

        private boolean nodeOfAnother() {
            NodeFacts node = c.node.facts;
            return node != null && c.sender.instanceId() != null && node.instanceId() != null && !isOfSender(node);
        }

        private boolean podOfAnother() {
            PodFacts pod = c.pod.facts;
            if (!c.claims.names || pod == null || pod.node() == null) {
                return false;
            }
            boolean replaced = !c.claims.uid.isEmpty() && !c.claims.uid.equals(pod.uid());
            String own = c.node.facts != null ? c.node.facts.name() : c.sender.node();
            return !replaced && own != null && !own.equals(pod.node());
        }

        private boolean instanceOfAnother() {
            String own = c.sender.instanceId() != null
                    ? c.sender.instanceId()
                    : c.node.facts == null ? null : c.node.facts.instanceId();
            return own != null && !c.claims.instance.isEmpty() && !c.claims.instance.equals(own);
        }
    }

    private static <F> Arbitrary<Answer<F>> answers(Arbitrary<F> facts) {
        return Arbitraries.frequencyOf(
                Tuple.of(6, facts.map(found -> new Answer<>(LookupRecord.FOUND, found))),
                Tuple.of(1, Arbitraries.of(NOT_FOUND).map(outcome -> new Answer<F>(outcome, null))));
    }

    /** The first value is the honest one, and the most frequent. */
    @SafeVarargs
    private static <T> Arbitrary<T> mostly(T honest, T... others) {
        return Arbitraries.frequencyOf(Tuple.of(4, Arbitraries.just(honest)), Tuple.of(1, Arbitraries.of(others)));
    }

    private static NodeFacts node(String name, String instance) {
        return new NodeFacts(name, "uid", null, instance.isEmpty() ? null : instance, null, null, false, Map.of());
    }

    private static PodFacts pod(String uid, String node) {
        return new PodFacts(
                "shop",
                "cart",
                uid,
                node.isEmpty() ? null : node,
                null,
                false,
                "default",
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                Map.of());
    }

    private static InstanceFacts instance(String id, String account, String state, String dnsName) {
        return new InstanceFacts(
                id,
                account.isEmpty() ? null : account,
                null,
                "m7g.large",
                state,
                false,
                null,
                null,
                dnsName.isEmpty() ? null : dnsName,
                null,
                null,
                List.of(),
                List.of(),
                Map.of());
    }

    @Provide
    Arbitrary<Case> cases() {
        Arbitrary<Sender> senders = mostly(
                Sender.ofNode("ip-10-0-0-1"),
                Sender.ofInstance(I1, ACCOUNT),
                Sender.ofInstance(I1, ACCOUNT),
                Sender.ofHost("ip-10-0-0-1"),
                Sender.ofNode("ip-10-0-0-2"),
                Sender.ofInstance(I2, ACCOUNT),
                Sender.ofInstance(I1, "000000000000"),
                Sender.NONE,
                Sender.unverified(Sender.Kind.SERVICE_ACCOUNT, "expired"),
                Sender.unverified(Sender.Kind.INSTANCE_IDENTITY, "bad signature"));
        Arbitrary<Claims> claims = Combinators.combine(
                        mostly("ip-10-0-0-1", "IP-10-0-0-1", "ip-10-0-0-2", "web"),
                        mostly(true, false),
                        mostly("u1", "", "u2"),
                        mostly(I1, "", I2))
                .as(Claims::new);
        Arbitrary<Answer<NodeFacts>> nodes =
                answers(Combinators.combine(mostly("ip-10-0-0-1", "ip-10-0-0-2"), mostly(I1, I2, ""))
                        .as(TargetConfirmationsPropertyTest::node));
        Arbitrary<Answer<PodFacts>> pods =
                answers(Combinators.combine(mostly("u1", "u2"), mostly("ip-10-0-0-1", "ip-10-0-0-2", ""))
                        .as(TargetConfirmationsPropertyTest::pod));
        Arbitrary<Answer<InstanceFacts>> instances = answers(Combinators.combine(
                        mostly(I1, I2),
                        mostly(ACCOUNT, ""),
                        mostly("running", "terminated"),
                        mostly("ip-10-0-0-1.internal", "", "ip-10-0-0-2.internal"))
                .as(TargetConfirmationsPropertyTest::instance));
        return Combinators.combine(senders, claims, nodes, pods, instances).as(Case::new);
    }

    @Property(tries = 4_000, edgeCases = EdgeCasesMode.NONE)
    void a_target_is_confirmed_exactly_if_the_model_says_so(@ForAll("cases") Case c) {
        TargetConfirmations actual = c.confirmations();
        Model model = new Model(c);
        assertEquals(
                List.of(model.pod(), model.node(), model.instance()),
                List.of(
                        actual.pod().confirmed(),
                        actual.node().confirmed(),
                        actual.instance().confirmed()),
                () -> c + "\n" + actual);
        Stream.of(actual.pod(), actual.node(), actual.instance())
                .forEach(target ->
                        assertEquals(target.confirmed(), target.reasons().isEmpty(), target.toString()));
    }

    @Property(tries = 4_000, edgeCases = EdgeCasesMode.NONE)
    void losing_a_fact_never_confirms_a_target(@ForAll("cases") Case c) {
        TargetConfirmations before = c.confirmations();
        List<Case> lost = new ArrayList<>(List.of(
                c.withSender(Sender.unverified(Sender.Kind.SERVICE_ACCOUNT, "its keys are unknown")), c.withUid("")));
        for (String source : TargetFinder.SOURCES) {
            lost.add(c.without(source, LookupRecord.TIMED_OUT));
            lost.add(c.without(source, LookupRecord.FAILED + "503"));
        }
        for (Case less : lost) {
            TargetConfirmations after = less.confirmations();
            assertTrue(before.pod().confirmed() || !after.pod().confirmed(), () -> c + "\n" + less);
            assertTrue(before.node().confirmed() || !after.node().confirmed(), () -> c + "\n" + less);
            assertTrue(before.instance().confirmed() || !after.instance().confirmed(), () -> c + "\n" + less);
        }
    }

    /** A source that did not answer may answer later, so whatever it alone keeps from being confirmed is tried again. */
    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void a_target_that_only_lacks_an_answer_can_be_tried_again(@ForAll("cases") Case c) {
        TargetConfirmations before = c.confirmations();
        for (String source : TargetFinder.SOURCES) {
            TargetConfirmations after =
                    c.without(source, LookupRecord.TIMED_OUT).confirmations();
            assertRetryable(before.pod(), after.pod());
            assertRetryable(before.node(), after.node());
            assertRetryable(before.instance(), after.instance());
        }
    }

    private static void assertRetryable(TargetConfirmation before, TargetConfirmation after) {
        if (before.confirmed() && !after.confirmed()) {
            assertEquals(Status.UNCONFIRMED, after.status(), after.toString());
            assertTrue(after.retryable(), after.toString());
        }
    }

    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void an_unverified_sender_confirms_nothing_and_raises_nothing(@ForAll("cases") Case c) {
        TargetConfirmations forged = c.withSender(Sender.NONE).confirmations();
        assertFalse(
                forged.pod().confirmed()
                        || forged.node().confirmed()
                        || forged.instance().confirmed(),
                c.toString());
        assertEquals(List.of(), forged.falseClaims());
    }

    @Example
    void an_honest_sensor_confirms_all_of_its_targets() {
        Case honest = new Case(
                Sender.ofNode("ip-10-0-0-1"),
                new Claims("ip-10-0-0-1", true, "u1", I1),
                new Answer<>(LookupRecord.FOUND, node("ip-10-0-0-1", I1)),
                new Answer<>(LookupRecord.FOUND, pod("u1", "ip-10-0-0-1")),
                new Answer<>(LookupRecord.FOUND, instance(I1, ACCOUNT, "running", "ip-10-0-0-1.internal")));
        TargetConfirmations all = honest.confirmations();
        assertTrue(
                all.pod().confirmed()
                        && all.node().confirmed()
                        && all.instance().confirmed(),
                all.toString());
        // A new pod of a StatefulSet has the name of the old one. Its alerts arrive late, but nobody lies.
        TargetConfirmations replaced = honest.withUid("u0").confirmations();
        assertEquals(Status.CONTRADICTED, replaced.pod().status());
        assertTrue(replaced.instance().confirmed(), replaced.toString());
        assertEquals(List.of(), replaced.falseClaims());
        assertEquals(1, replaced.doubts().size());
    }
}
