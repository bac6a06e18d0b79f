package io.tiercel.functions.respond.ec2;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.functions.respond.ec2.FakeEc2Api.Call;
import io.tiercel.functions.respond.ec2.FakeEc2Api.Fault;
import io.tiercel.functions.respond.hold.HoldRegistry;
import io.tiercel.functions.respond.plan.CrashPoint;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.ResponderFixture;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Makes every call of an isolation and of its release fail, once, for a while, or until the run ends. At every moment, an interface
 * that is open to all traffic is recorded as exposed. When the faults have stopped, sweeps complete what was begun.
 */
@Tag("unit")
class IsolationFaultsTest {
    private static final String POLICY = """
            - policy: Isolate
              desc: D
              match: {priority: debug}
              mode: auto
              time_limit: 3h
              actions:
                - ec2:isolate: {cut_tracked: always}
            """;

    private static final int SWEEPS = 8;

    /** How many calls fail in a row, or which of the later ones. */
    private enum Extent {
        ONE_CALL(1),
        THREE_CALLS(3),
        TWELVE_CALLS(12),
        UNTIL_THE_RUN_ENDS(Integer.MAX_VALUE);

        private final int calls;

        Extent(int calls) {
            this.calls = calls;
        }
    }

    private static final class World {
        final FakeEc2Api ec2 = new FakeEc2Api();
        final ResponderFixture fixture = new ResponderFixture(POLICY);
        final HoldRegistry holds = new HoldRegistry(fixture.store, InstantSource.system());
        final Set<String> unrecorded = new TreeSet<>();
        final String before;

        World() {
            ec2.addInstance(FakeEc2Api.running(INSTANCE));
            ec2.attach(INSTANCE, networkInterface("eni-0", "vpc-a", "trunk", List.of("sg-1", "sg-2")));
            ec2.attach(INSTANCE, networkInterface("eni-1", "vpc-b", "interface", List.of("sg-3")));
            ec2.addBranchInterface("eni-0", networkInterface("eni-b", "vpc-a", "branch", List.of("sg-1")));
            before = ec2.state();
            ec2.pauses = fixture::advance;
            ec2.observer = () -> {
                fixture.advance(Duration.ofMillis(50));
                for (String open : ec2.openInterfaces()) {
                    if (!holds.exposed(List.of(PartKeys.interfaceGroups(open)))) {
                        unrecorded.add(open);
                    }
                }
            };
        }

        private NetworkInterface networkInterface(String id, String vpc, String type, List<String> groups) {
            return new NetworkInterface(id, vpc, type, groups, List.of("10.0.0.7", "2001:db8::7"));
        }

        PlannedResponder process() {
            Map<ActionKind, ActionHandler> handlers =
                    Map.of(ActionKind.ISOLATE_INSTANCE, new IsolateInstance(ec2, ec2.pause()));
            return fixture.process(handlers, CrashPoint.none());
        }

        /** Runs sweeps until a step has ended, at most as many as its attempts can take. */
        void sweepUntilEnded() {
            for (int i = 0; i < SWEEPS; i++) {
                fixture.advance(Duration.ofMinutes(5));
                fixture.sweep(process());
            }
        }

        boolean exposed() {
            return ec2.interfaces.keySet().stream()
                    .anyMatch(id -> holds.exposed(List.of(PartKeys.interfaceGroups(id))));
        }

        void assertNothingOpen(String message) {
            assertEquals(Set.of(), unrecorded, message + "open and not recorded as exposed");
            assertEquals(Set.of(), ec2.openInterfaces(), message);
            assertFalse(exposed(), message);
        }

        void assertIsolated(String message) {
            assertEquals(List.of("applied"), fixture.states("a1"), message + fixture.notes("a1"));
            for (NetworkInterface eni : ec2.interfaces.values()) {
                String group = ec2.groups.get(eni.vpc() + "/tiercel-quarantine");
                assertEquals(List.of(group), eni.groups(), message);
                assertEquals(List.of(), ec2.rules.get(group), message);
            }
        }
    }

    private static Function<Call, Fault> failing(Fault fault, int from, Extent extent) {
        return call -> call.number() >= from && call.number() - from < extent.calls && applies(fault, call)
                ? fault
                : Fault.NONE;
    }

    /** An object that is not found yet makes writes fail. Reads return an empty result, see {@link FakeEc2Api#creationLag}. */
    private static boolean applies(Fault fault, Call call) {
        return fault != Fault.NOT_FOUND
                || (call.write() != null && !(call.write() instanceof Write.CreateSecurityGroup));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"NONE", "DENIED"},
            mode = EnumSource.Mode.EXCLUDE)
    void an_isolation_completes_after_a_fault_at_any_call(Fault fault) {
        int calls = callsOfAnIsolation();
        for (Extent extent : Extent.values()) {
            for (int from = 1; from <= calls; from++) {
                World world = new World();
                String message = fault + " from call " + from + ", " + extent + ": ";
                world.ec2.faults = failing(fault, from, extent);
                world.process().respond("a1");
                world.ec2.faults = call -> Fault.NONE;
                world.sweepUntilEnded();
                world.assertNothingOpen(message);
                world.assertIsolated(message);
            }
        }
    }

    private int callsOfAnIsolation() {
        World world = new World();
        world.process().respond("a1");
        world.assertIsolated("");
        return world.ec2.calls();
    }

    /** What is denied cannot be completed, but it is neither left open nor reported as isolated. */
    @Test
    void an_isolation_that_is_denied_leaves_nothing_open() {
        int calls = callsOfAnIsolation();
        for (Extent extent : Extent.values()) {
            for (int from = 1; from <= calls; from++) {
                World world = new World();
                String message = "denied from call " + from + ", " + extent + ": ";
                world.ec2.faults = failing(Fault.DENIED, from, extent);
                world.process().respond("a1");
                boolean open = !world.ec2.openInterfaces().isEmpty();
                world.ec2.faults = call -> Fault.NONE;
                world.sweepUntilEnded();
                world.assertNothingOpen(message);
                if (world.fixture.states("a1").equals(List.of("applied")) || open) {
                    world.assertIsolated(message);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"NONE", "DENIED", "NOT_FOUND"},
            mode = EnumSource.Mode.EXCLUDE)
    void a_release_completes_after_a_fault_at_any_call(Fault fault) {
        for (Extent extent : Extent.values()) {
            int calls = Integer.MAX_VALUE;
            for (int from = 1; from <= calls; from++) {
                World world = new World();
                String message = fault + " from call " + from + " of the release, " + extent + ": ";
                world.process().respond("a1");
                world.fixture.advance(Duration.ofHours(3));
                int before = world.ec2.calls();
                world.ec2.faults = failing(fault, before + from, extent);
                world.fixture.sweep(world.process());
                calls = Math.min(calls, world.ec2.calls() - before);
                world.ec2.faults = call -> Fault.NONE;
                world.sweepUntilEnded();
                world.assertNothingOpen(message);
                assertEquals(List.of("released"), world.fixture.states("a1"), message + world.fixture.notes("a1"));
                assertEquals(world.before, world.ec2.state(), message);
            }
        }
    }
}
