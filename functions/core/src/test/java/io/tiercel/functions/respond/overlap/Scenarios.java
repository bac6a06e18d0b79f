package io.tiercel.functions.respond.overlap;

import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.overlap.Disturbance.Kind;
import io.tiercel.functions.respond.overlap.Scenario.Action;
import io.tiercel.functions.respond.overlap.Scenario.Incident;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Generates scenarios. */
final class Scenarios {
    private static final int MAX_INCIDENTS = 4;
    private static final int MAX_MOVES = 24;
    private static final int MAX_DISTURBANCES = 5;
    private static final int MAX_CALLS = 90;
    private static final List<Integer> MINUTES = List.of(5, 30, 90, 600);

    private Scenarios() {}

    /** Returns scenarios whose processes may be disturbed at any call. */
    static Arbitrary<Scenario> any() {
        return Arbitraries.integers()
                .between(2, MAX_INCIDENTS)
                .flatMap(count -> Combinators.combine(
                                incidents().list().ofSize(count),
                                Arbitraries.of(true, false),
                                moves(count).list().ofMinSize(2).ofMaxSize(MAX_MOVES))
                        .as(Scenario::new));
    }

    /** Returns scenarios with one incident and without disturbances. */
    static Arbitrary<Scenario> alone() {
        return Combinators.combine(incidents(), Arbitraries.of(true, false))
                .as((incident, open) -> new Scenario(List.of(incident), open, List.of()));
    }

    private static Arbitrary<Incident> incidents() {
        return Combinators.combine(
                        Arbitraries.of(List.of(0), List.of(0), List.of(1), List.of(0, 1), List.of(0, 2), List.of(2)),
                        Arbitraries.frequencyOf(
                                Tuple.of(3, Arbitraries.just(true)), Tuple.of(1, Arbitraries.just(false))),
                        Arbitraries.of(MINUTES).injectNull(0.6),
                        actions()
                                .list()
                                .uniqueElements(Action::kind)
                                .ofMinSize(1)
                                .ofMaxSize(5))
                .as((pods, automatic, minutes, actions) -> new Incident(pods, automatic, minutes, false, actions));
    }

    private static Arbitrary<Action> actions() {
        return Arbitraries.frequencyOf(
                Tuple.of(
                        5,
                        params(
                                ActionKind.ISOLATE_POD,
                                Map.of(),
                                Map.of("cut_tracked", "always"),
                                Map.of("cut_tracked", "never"))),
                Tuple.of(
                        5,
                        params(
                                ActionKind.ISOLATE_INSTANCE,
                                Map.of(),
                                Map.of("cut_tracked", "always"),
                                Map.of("cut_tracked", "never"))),
                Tuple.of(
                        3,
                        params(
                                ActionKind.LABEL_POD,
                                Map.of(),
                                Map.of("value", "maybe"),
                                Map.of("key", "app", "value", "held"))),
                Tuple.of(2, params(ActionKind.CORDON_NODE, Map.of())),
                Tuple.of(2, params(ActionKind.SCALE_WORKLOAD, Map.of("replicas", "0"), Map.of("replicas", "1"))),
                Tuple.of(
                        2,
                        params(
                                ActionKind.PRESERVE_INSTANCE,
                                Map.of("snapshots", "true", "scaling_group", "leave"),
                                Map.of("snapshots", "false", "scaling_group", "protect"),
                                Map.of("snapshots", "false", "scaling_group", "detach"))),
                Tuple.of(1, params(ActionKind.STOP_INSTANCE, Map.of())),
                Tuple.of(2, params(ActionKind.LOCK_DOWN_IMDS, Map.of())),
                Tuple.of(
                        3,
                        params(
                                ActionKind.REVOKE_SESSIONS,
                                Map.of("scope", "instance"),
                                Map.of("scope", "instance-role"))));
    }

    @SafeVarargs
    private static Arbitrary<Action> params(ActionKind kind, Map<String, String>... params) {
        return Arbitraries.of(List.of(params)).map(chosen -> new Action(kind, chosen));
    }

    private static Arbitrary<Move> moves(int incidents) {
        Arbitrary<List<Disturbance>> disturbances = Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(List.of())),
                Tuple.of(3, disturbances(incidents).list().ofMaxSize(MAX_DISTURBANCES)));
        Arbitrary<Integer> incident = Arbitraries.integers().between(0, incidents - 1);
        Arbitrary<Integer> pod = Arbitraries.integers().between(0, OverlapWorld.PODS.size() - 1);
        return Arbitraries.frequencyOf(
                Tuple.of(6, Combinators.combine(incident, disturbances).as(Move.Respond::new)),
                Tuple.of(4, disturbances.map(Move.Sweep::new)),
                Tuple.of(2, incident.map(Move.Approve::new)),
                Tuple.of(3, incident.map(Move.Release::new)),
                Tuple.of(
                        3,
                        Arbitraries.of(1, 30, 120, 600, 3600)
                                .map(seconds -> new Move.Wait(Duration.ofSeconds(seconds)))),
                Tuple.of(1, Combinators.combine(pod, Arbitraries.of("a", "b")).as(Move.LabelByOthers::new)),
                Tuple.of(
                        1,
                        Arbitraries.of(WorldSetup.TRUNK, WorldSetup.SECOND_INTERFACE)
                                .map(Move.DetachInterface::new)));
    }

    private static Arbitrary<Disturbance> disturbances(int incidents) {
        Arbitrary<Integer> calls = Arbitraries.integers().between(0, MAX_CALLS);
        Arbitrary<Disturbance> alone = Combinators.combine(
                        calls,
                        Arbitraries.of(
                                Kind.CRASHED_BEFORE,
                                Kind.CRASHED_AFTER,
                                Kind.THROTTLED,
                                Kind.THROTTLED,
                                Kind.REQUEST_LOST,
                                Kind.ANSWER_LOST,
                                Kind.THROTTLED_TO_THE_END,
                                Kind.THROTTLED_WHILE_OPEN))
                .as((count, kind) -> new Disturbance(count, kind, null));
        Arbitrary<Integer> incident = Arbitraries.integers().between(0, incidents - 1);
        Arbitrary<Move> other = Arbitraries.frequencyOf(
                Tuple.of(4, incident.map(number -> new Move.Respond(number, List.of()))),
                Tuple.of(
                        2,
                        Combinators.combine(incident, alone)
                                .as((number, disturbance) -> new Move.Respond(number, List.of(disturbance)))),
                Tuple.of(2, Arbitraries.just(new Move.Sweep(List.of()))),
                Tuple.of(3, incident.map(Move.ReleaseAtOnce::new)));
        Arbitrary<Disturbance> together = Combinators.combine(calls, Arbitraries.of(Kind.PREEMPTED, Kind.PAUSED), other)
                .as(Disturbance::new);
        return Arbitraries.frequencyOf(Tuple.of(3, alone), Tuple.of(2, together));
    }
}
