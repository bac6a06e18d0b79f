package io.tiercel.functions.respond.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Expression;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.NetworkPlugins;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.PluginPolicy;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selector;
import io.tiercel.functions.respond.plan.CrashPoint;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.ResponderFixture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;

/** Checks that isolation and release restore every pod exactly, even if processes crash in between. */
@Tag("unit")
class IsolatePodPropertyTest {
    private static final String POLICY = """
            - policy: Isolate
              desc: D
              match: {priority: debug}
              mode: auto
              time_limit: 1h
              actions: [k8s:isolate-pod]
            """;

    record InitialState(
            Map<String, String> labels,
            List<Selector> services,
            List<Selector> policies,
            List<PodSelector> pluginSelectors) {
        InitialState(Map<String, String> labels, List<Selector> services, List<Selector> policies) {
            this(labels, services, policies, List.of());
        }

        FakeKubernetesApi createCluster() {
            FakeKubernetesApi cluster = new FakeKubernetesApi();
            cluster.pods.put("shop/cart-5f7", FakeKubernetesApi.pod("cart-5f7", labels));
            cluster.pods.put("shop/cart-other", FakeKubernetesApi.pod("cart-other", labels));
            cluster.services.addAll(services);
            policies.forEach(policy -> cluster.policies.put(
                    policy.name(),
                    new Selector("NetworkPolicy", policy.name(), policy.labels(), policy.expressions())));
            pluginSelectors.forEach(selector -> cluster.pluginPolicies.add(
                    new PluginPolicy("CiliumNetworkPolicy", "p" + selector.hashCode(), selector)));
            return cluster;
        }
    }

    @Provide
    Arbitrary<InitialState> initialStates() {
        Arbitrary<Map<String, String>> labels = Arbitraries.maps(
                        Arbitraries.of("app", "tier", "pod-template-hash", "version"), Arbitraries.of("a", "b", ""))
                .ofMaxSize(4);
        Arbitrary<Expression> expressions = Combinators.combine(
                        Arbitraries.of("app", "tier", "version"), Arbitraries.of("In", "Exists"))
                .as((key, operator) ->
                        new Expression(key, operator, operator.equals("In") ? List.of("a", "b", "") : List.of()));
        Arbitrary<Selector> selectors = Combinators.combine(
                        Arbitraries.maps(Arbitraries.of("app", "tier"), Arbitraries.of("a", "b"))
                                .ofMinSize(1)
                                .ofMaxSize(2),
                        expressions.list().ofMaxSize(1))
                .as((matchLabels, matchExpressions) -> new Selector(
                        "Service",
                        "s" + matchLabels.hashCode() + matchExpressions.hashCode(),
                        matchLabels,
                        matchExpressions));
        // Conditions that require a label, so that removing labels can end the match.
        Arbitrary<PodSelector> pluginSelectors = Combinators.combine(
                        Arbitraries.of("app", "tier", "version"), Arbitraries.of("a", "b"), Arbitraries.of(true, false))
                .as((key, value, unknown) -> new PodSelector.And(List.of(
                        new PodSelector.Comparison(key, PodSelector.Operator.EQUALS, List.of(value)),
                        unknown ? new PodSelector.Unknown("the namespace") : PodSelector.all())));
        return Combinators.combine(
                        labels,
                        selectors.list().ofMaxSize(3),
                        selectors.list().ofMaxSize(2),
                        pluginSelectors.list().ofMaxSize(2))
                .as(InitialState::new);
    }

    @Property(tries = 200)
    void releasing_restores_the_prior_state(
            @ForAll("initialStates") InitialState initial,
            @ForAll @IntRange(max = 50) int crash,
            @ForAll boolean afterEffect,
            @ForAll @IntRange(max = 40) int secondCrash) {
        FakeKubernetesApi cluster = initial.createCluster();
        Map<String, Pod> before = new TreeMap<>(cluster.pods);
        Map<String, Selector> policies = new TreeMap<>(cluster.policies);
        ResponderFixture fixture = new ResponderFixture(POLICY);
        run(fixture, cluster, new CrashPoint(crash, afterEffect), responder -> responder.respond("a1"));
        fixture.advance(Duration.ofMinutes(5));
        run(fixture, cluster, CrashPoint.none(), responder -> {
            fixture.sweep(responder);
            responder.respond("a1"); // duplicate delivery
        });

        assertEquals(List.of("partial"), fixture.states("a1"), fixture.notes("a1"));
        assertFalse(
                fixture.notes("a1").contains("still selects")
                        || fixture.notes("a1").contains("evaluated"),
                fixture.notes("a1"));
        Map<String, String> isolated =
                Objects.requireNonNull(cluster.pods.get("shop/cart-5f7")).labels();
        assertTrue(cluster.pluginPolicies.stream()
                .allMatch(policy -> policy.selector().matches(isolated) == PodSelector.Match.NO));
        assertTrue(cluster.services.stream().noneMatch(service -> service.selects(isolated)));
        assertEquals(
                List.of("tiercel-isolate-uid-of-cart-5f7"),
                cluster.policies.values().stream()
                        .filter(policy -> policy.selects(isolated))
                        .map(Selector::name)
                        .toList());
        assertEquals(
                before.get("shop/cart-other"),
                cluster.pods.get("shop/cart-other"),
                "other pods of the workload are unchanged");

        fixture.advance(Duration.ofHours(2));
        run(fixture, cluster, new CrashPoint(secondCrash, afterEffect), fixture::sweep);
        fixture.advance(Duration.ofMinutes(5));
        run(fixture, cluster, CrashPoint.none(), fixture::sweep);
        assertEquals(List.of("released"), fixture.states("a1"), fixture.notes("a1"));
        assertEquals(withoutVersions(before), withoutVersions(cluster.pods));
        assertEquals(policies, cluster.policies);
    }

    private static Map<String, List<Object>> withoutVersions(Map<String, Pod> pods) {
        Map<String, List<Object>> contents = new TreeMap<>();
        pods.forEach((name, pod) -> contents.put(name, List.of(pod.uid(), pod.labels(), pod.annotations())));
        return contents;
    }

    @Example
    void the_notes_name_each_obstacle_to_isolation() {
        FakeKubernetesApi cluster = new InitialState(Map.of("app", "cart"), List.of(), List.of()).createCluster();
        cluster.policies.put("allow-all", new Selector("NetworkPolicy", "allow-all", Map.of(), List.of()));
        cluster.plugins = new NetworkPlugins(List.of(), true);
        ResponderFixture fixture = new ResponderFixture(POLICY);
        run(fixture, cluster, CrashPoint.none(), responder -> responder.respond("a1"));
        assertEquals(List.of("partial"), fixture.states("a1"));
        assertTrue(fixture.notes("a1").contains("NetworkPolicy allow-all still selects the pod"), fixture.notes("a1"));
        assertTrue(fixture.notes("a1").contains("no network plugin that is known"), fixture.notes("a1"));
    }

    @Example
    void external_changes_are_not_reverted() {
        FakeKubernetesApi cluster = new InitialState(
                        Map.of("app", "cart"),
                        List.of(new Selector("Service", "cart", Map.of("app", "cart"), List.of())),
                        List.of())
                .createCluster();
        ResponderFixture fixture = new ResponderFixture(POLICY);
        run(fixture, cluster, CrashPoint.none(), responder -> responder.respond("a1"));
        assertEquals(List.of("partial"), fixture.states("a1"));
        cluster.changeLabels("shop/cart-5f7", Map.of("app", "forensics"));
        run(fixture, cluster, CrashPoint.none(), responder -> {
            responder.release("a1", "ann");
            fixture.handleRequests(responder);
        });
        assertEquals(List.of("drifted"), fixture.states("a1"));
        assertTrue(fixture.notes("a1").contains("it was changed to forensics"), fixture.notes("a1"));
        assertEquals(
                Map.of("app", "forensics"),
                Objects.requireNonNull(cluster.pods.get("shop/cart-5f7")).labels());
    }

    private static void run(
            ResponderFixture fixture,
            FakeKubernetesApi cluster,
            CrashPoint crashPoint,
            Consumer<PlannedResponder> operation) {
        Map<ActionKind, ActionHandler> handlers = Map.of(
                ActionKind.ISOLATE_POD, new IsolatePod(cluster.withCrashPoint(crashPoint), BranchInterfaces.NONE));
        try {
            operation.accept(fixture.process(handlers, crashPoint));
        } catch (CrashPoint.Crash e) {
            // Expected: the process ends here.
        }
        cluster.withCrashPoint(CrashPoint.none());
    }
}
