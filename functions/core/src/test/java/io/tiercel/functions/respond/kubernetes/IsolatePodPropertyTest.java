package io.tiercel.functions.respond.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Expression;
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

/** Isolating and then releasing leaves every pod as it was, byte for byte, whatever ends whichever process in between. */
class IsolatePodPropertyTest {
    private static final String POLICY = """
            - policy: Isolate
              desc: D
              match: {priority: debug}
              mode: auto
              time_limit: 1h
              actions: [k8s:isolate-pod]
            """;

    record Start(Map<String, String> labels, List<Selector> services, List<Selector> policies) {
        FakeKubernetesApi cluster() {
            FakeKubernetesApi cluster = new FakeKubernetesApi();
            cluster.pods.put("shop/cart-5f7", FakeKubernetesApi.pod("cart-5f7", labels));
            cluster.pods.put("shop/cart-other", FakeKubernetesApi.pod("cart-other", labels));
            cluster.services.addAll(services);
            policies.forEach(one -> cluster.policies.put(
                    one.name(), new Selector("NetworkPolicy", one.name(), one.labels(), one.expressions())));
            return cluster;
        }
    }

    @Provide
    Arbitrary<Start> starts() {
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
                .as((by, also) -> new Selector("Service", "s" + by.hashCode() + also.hashCode(), by, also));
        return Combinators.combine(
                        labels, selectors.list().ofMaxSize(3), selectors.list().ofMaxSize(2))
                .as(Start::new);
    }

    @Property(tries = 200)
    void released_it_is_as_it_was(
            @ForAll("starts") Start start,
            @ForAll @IntRange(max = 50) int crash,
            @ForAll boolean afterEffect,
            @ForAll @IntRange(max = 40) int secondCrash) {
        FakeKubernetesApi cluster = start.cluster();
        Map<String, Pod> before = new TreeMap<>(cluster.pods);
        Map<String, Selector> policies = new TreeMap<>(cluster.policies);
        ResponderFixture bench = new ResponderFixture(POLICY);
        run(bench, cluster, new CrashPoint(crash, afterEffect), responder -> responder.respond("a1"));
        bench.pass(Duration.ofMinutes(5));
        run(bench, cluster, CrashPoint.none(), responder -> {
            bench.sweep(responder);
            responder.respond("a1"); // delivered twice
        });

        assertEquals(List.of("applied"), bench.states("a1"), bench.notes("a1"));
        Map<String, String> isolated =
                Objects.requireNonNull(cluster.pods.get("shop/cart-5f7")).labels();
        assertTrue(cluster.services.stream().noneMatch(service -> service.selects(isolated)));
        assertEquals(
                List.of("tiercel-isolate-a1-0"),
                cluster.policies.values().stream()
                        .filter(policy -> policy.selects(isolated))
                        .map(Selector::name)
                        .toList());
        assertEquals(before.get("shop/cart-other"), cluster.pods.get("shop/cart-other"), "its sibling is not touched");

        bench.pass(Duration.ofHours(2));
        run(bench, cluster, new CrashPoint(secondCrash, afterEffect), bench::sweep);
        bench.pass(Duration.ofMinutes(5));
        run(bench, cluster, CrashPoint.none(), bench::sweep);
        assertEquals(List.of("released"), bench.states("a1"), bench.notes("a1"));
        assertEquals(before, cluster.pods);
        assertEquals(policies, cluster.policies);
    }

    @Example
    void what_defeats_the_policy_is_named() {
        FakeKubernetesApi cluster = new Start(Map.of("app", "cart"), List.of(), List.of()).cluster();
        cluster.policies.put("allow-all", new Selector("NetworkPolicy", "allow-all", Map.of(), List.of()));
        cluster.enforcers = List.of();
        ResponderFixture bench = new ResponderFixture(POLICY);
        run(bench, cluster, CrashPoint.none(), responder -> responder.respond("a1"));
        assertEquals(List.of("partial"), bench.states("a1"));
        assertTrue(bench.notes("a1").contains("NetworkPolicy allow-all still selects it"), bench.notes("a1"));
        assertTrue(bench.notes("a1").contains("no network plugin was found"), bench.notes("a1"));
    }

    @Example
    void what_somebody_else_has_changed_stays_so() {
        FakeKubernetesApi cluster = new Start(
                        Map.of("app", "cart"),
                        List.of(new Selector("Service", "cart", Map.of("app", "cart"), List.of())),
                        List.of())
                .cluster();
        ResponderFixture bench = new ResponderFixture(POLICY);
        run(bench, cluster, CrashPoint.none(), responder -> responder.respond("a1"));
        assertEquals(List.of("applied"), bench.states("a1"));
        cluster.write(new KubernetesApi.Write.SetMetadata(
                "shop", "cart-5f7", "uid-cart-5f7", Map.of("app", "forensics"), Map.of()));
        run(bench, cluster, CrashPoint.none(), responder -> {
            responder.release("a1", "ann");
            bench.answerBells(responder);
        });
        assertEquals(List.of("drifted"), bench.states("a1"));
        assertTrue(bench.notes("a1").contains("somebody has set it to forensics"), bench.notes("a1"));
        assertEquals(
                Map.of("app", "forensics"),
                Objects.requireNonNull(cluster.pods.get("shop/cart-5f7")).labels());
    }

    private static void run(
            ResponderFixture bench, FakeKubernetesApi cluster, CrashPoint fuse, Consumer<PlannedResponder> work) {
        Map<ActionKind, ActionHandler> remedies =
                Map.of(ActionKind.ISOLATE_POD, new IsolatePod(cluster.in(fuse), BranchInterfaces.NONE));
        try {
            work.accept(bench.process(remedies, fuse));
        } catch (CrashPoint.Crash e) {
            // That was the point.
        }
        cluster.in(CrashPoint.none());
    }
}
