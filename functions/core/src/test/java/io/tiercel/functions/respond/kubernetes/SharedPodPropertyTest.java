package io.tiercel.functions.respond.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.kubernetes.FakeKubernetesApi.Fault;
import io.tiercel.functions.respond.kubernetes.HeldSteps.HeldStep;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/**
 * Checks steps of several incidents on one pod, in any order, with failing calls and other clients: the pod is always at least as
 * closed as one of them wants. In the end it has the labels that it would have without them.
 */
@Tag("unit")
class SharedPodPropertyTest {
    private static final String POD = "shop/cart-5f7";
    private static final String UID = "uid-of-cart-5f7";

    /** Something that happens to the pod. */
    sealed interface Event {
        /** A step is applied, or applied again. */
        record Apply(int step) implements Event {}

        /** A step is released. */
        record Release(int step) implements Event {}

        /** Another client sets a label, or removes it. */
        record Client(String key, @Nullable String value) implements Event {}

        /** Another client deletes the policy. */
        record DeletePolicy() implements Event {}

        /** A later call fails. */
        record Fail(int calls, Fault fault) implements Event {}
    }

    record Setup(Map<String, String> labels, List<Selector> selectors) {}

    @Provide
    Arbitrary<Setup> setups() {
        Arbitrary<Map<String, String>> labels = Arbitraries.maps(
                        Arbitraries.of("app", "tier", "x", PodPart.ISOLATED_LABEL), Arbitraries.of("a", "b"))
                .ofMaxSize(4);
        Arbitrary<Selector> selectors = Arbitraries.maps(
                        Arbitraries.of("app", "tier", "x", "suspect"), Arbitraries.of("a", "w1", "c1"))
                .ofMinSize(1)
                .ofMaxSize(2)
                .map(wanted -> new Selector("Service", "s" + wanted, wanted, List.of()));
        return Combinators.combine(labels, selectors.list().ofMaxSize(3)).as(Setup::new);
    }

    @Provide
    Arbitrary<List<Event>> events() {
        Arbitrary<Event> apply = Arbitraries.integers().between(0, 4).map(Event.Apply::new);
        Arbitrary<Event> release = Arbitraries.integers().between(0, 4).map(Event.Release::new);
        Arbitrary<Event> client = Combinators.combine(
                        Arbitraries.of("app", "tier", "x", "suspect", "other"),
                        Arbitraries.of("c1", "c2").injectNull(0.3))
                .as(Event.Client::new);
        Arbitrary<Event> fail = Combinators.combine(Arbitraries.integers().between(0, 12), Arbitraries.of(Fault.class))
                .as(Event.Fail::new);
        Arbitrary<Event> policy = Arbitraries.create(Event.DeletePolicy::new);
        return Arbitraries.frequencyOf(
                        Tuple.of(6, apply),
                        Tuple.of(5, release),
                        Tuple.of(3, client),
                        Tuple.of(3, fail),
                        Tuple.of(1, policy))
                .list()
                .ofMinSize(2)
                .ofMaxSize(14);
    }

    /** One pod and the steps on it. */
    private static final class World {
        final FakeKubernetesApi cluster = new FakeKubernetesApi();
        final HeldSteps steps = new HeldSteps();
        final Map<String, String> expected = new TreeMap<>();
        final List<HeldStep> all = new ArrayList<>();

        /** Steps that were tried and are not released. */
        final Set<Integer> held = new HashSet<>();

        /** Steps whose isolation is complete and not being released. */
        final Set<Integer> isolating = new HashSet<>();

        /** Whether another client has opened the pod since. */
        boolean opened;

        private int callsUntilFault = -1;
        private Fault fault = Fault.NONE;

        World(Setup setup) {
            cluster.pods.put(POD, FakeKubernetesApi.pod("cart-5f7", setup.labels()));
            cluster.services.addAll(setup.selectors());
            expected.putAll(setup.labels());
            IsolatePod isolate = new IsolatePod(cluster, BranchInterfaces.NONE);
            LabelPod label = new LabelPod(cluster);
            Target target = Target.pod("shop", "cart-5f7", UID);
            all.add(new HeldStep("i0", isolate, ActionKind.ISOLATE_POD, target, Map.of()));
            all.add(new HeldStep("i1", isolate, ActionKind.ISOLATE_POD, target, Map.of()));
            all.add(new HeldStep("i2", label, ActionKind.LABEL_POD, target, Map.of("key", "suspect", "value", "w1")));
            all.add(new HeldStep("i3", label, ActionKind.LABEL_POD, target, Map.of("key", "suspect", "value", "w2")));
            all.add(new HeldStep("i3", label, ActionKind.LABEL_POD, target, Map.of("key", "app", "value", "w1")));
            cluster.faults = call -> callsUntilFault-- == 0 ? fault : Fault.NONE;
            cluster.after = this::check;
        }

        Pod pod() {
            return Objects.requireNonNull(cluster.pods.get(POD));
        }

        /** The invariant after every call. */
        private void check() {
            if (!isolating.isEmpty() && !opened) {
                Map<String, String> labels = pod().labels();
                assertEquals(UID, labels.get(PodPart.ISOLATED_LABEL), "isolated for " + isolating);
                assertTrue(cluster.policies.containsKey(PodPart.policyName(UID)), "the policy is in place");
                assertTrue(cluster.services.stream().noneMatch(service -> service.selects(labels)), labels.toString());
            }
        }

        void happen(Event event) {
            switch (event) {
                case Event.Apply(int step) -> apply(step);
                case Event.Release(int step) -> release(step);
                case Event.Client(String key, String value) -> change(key, value);
                case Event.DeletePolicy() -> {
                    cluster.policies.clear();
                    opened = true;
                }
                case Event.Fail(int calls, Fault newFault) -> {
                    callsUntilFault = calls;
                    fault = newFault;
                }
            }
        }

        private void apply(int step) {
            try {
                var _ = steps.apply(all.get(step));
                opened = false;
                if (all.get(step).kind() == ActionKind.ISOLATE_POD) {
                    isolating.add(step);
                }
            } catch (ActionException e) {
                assertEquals(ActionException.Kind.RETRYABLE, e.kind(), e.getMessage());
            }
            if (steps.isHeld(all.get(step))) {
                held.add(step);
            } else {
                held.remove(step);
            }
        }

        void release(int step) {
            if (!held.contains(step)) {
                return;
            }
            isolating.remove(step);
            try {
                steps.release(all.get(step));
                held.remove(step);
            } catch (ActionException e) {
                assertEquals(ActionException.Kind.RETRYABLE, e.kind(), e.getMessage());
            }
        }

        private void change(String key, @Nullable String value) {
            // An absent label that a step has removed cannot be removed by another client too.
            boolean present = pod().labels().containsKey(key);
            if (value == null && (!present || mayBeRemoved(key))) {
                return;
            }
            Map<String, @Nullable String> labels = new HashMap<>();
            labels.put(key, value);
            cluster.changeLabels(POD, labels);
            opened = true;
            if (value == null) {
                expected.remove(key);
            } else {
                expected.put(key, value);
            }
        }

        private boolean mayBeRemoved(String key) {
            return !held.isEmpty()
                    && steps.with(
                            all.get(held.iterator().next()),
                            (_, parts) -> !parts.isEmpty()
                                    && PodPart.of(parts).written().labels().containsKey(key));
        }
    }

    @Property(tries = 1500)
    void several_incidents_share_a_pod(@ForAll("setups") Setup setup, @ForAll("events") List<Event> events) {
        World world = new World(setup);
        events.forEach(world::happen);
        world.fault = Fault.NONE;
        List<Integer> rest = new ArrayList<>(world.held);
        Collections.shuffle(rest, new Random(events.hashCode()));
        rest.forEach(world::release);

        assertEquals(Set.of(), world.held);
        assertEquals(world.expected, world.pod().labels());
        assertEquals(Map.of("owner", "team-a"), world.pod().annotations());
        assertEquals(Set.of(), world.cluster.policies.keySet());
    }
}
