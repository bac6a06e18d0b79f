package io.tiercel.functions.respond.ec2;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.plan.CrashPoint;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.ResponderFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;

/** Checks that isolation and release restore every instance, even if processes crash in between. */
@Tag("unit")
class IsolateInstancePropertyTest {
    private static final String POLICY = """
            - policy: Isolate
              desc: D
              match: {priority: debug}
              mode: auto
              time_limit: 1h
              actions:
                - ec2:isolate: {cut_tracked: always}
            """;

    /** @param branches the security groups of each branch interface of the first interface */
    record InitialState(
            List<Set<String>> interfaces, List<Set<String>> branches, boolean secondVpc, boolean groupsExist) {
        FakeEc2Api createEc2() {
            FakeEc2Api ec2 = new FakeEc2Api();
            ec2.addInstance(FakeEc2Api.running(INSTANCE));
            for (int i = 0; i < interfaces.size(); i++) {
                String vpc = secondVpc && i == 1 ? "vpc-b" : "vpc-a";
                String type = i == 0 && !branches.isEmpty() ? "trunk" : "interface";
                ec2.attach(
                        INSTANCE,
                        new NetworkInterface("eni-" + i, vpc, type, List.copyOf(interfaces.get(i)), List.of()));
            }
            for (int i = 0; i < branches.size(); i++) {
                ec2.addBranchInterface(
                        "eni-0",
                        new NetworkInterface(
                                "eni-branch-" + i, "vpc-a", "branch", List.copyOf(branches.get(i)), List.of()));
            }
            if (groupsExist) {
                ec2.groups.put("vpc-a/tiercel-quarantine", "sg-q");
                ec2.rules.put(
                        "sg-q",
                        new ArrayList<>(List.of(new Ec2Api.SecurityGroupRule("r", false, "tcp", "10.0.0.0/8"))));
            }
            return ec2;
        }
    }

    @Provide
    Arbitrary<InitialState> initialStates() {
        Arbitrary<Set<String>> groups = Arbitraries.of("sg-1", "sg-2", "sg-3", "sg-4")
                .set()
                .ofMinSize(1)
                .ofMaxSize(4);
        return Combinators.combine(
                        groups.list().ofMinSize(1).ofMaxSize(4),
                        groups.list().ofMaxSize(3),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false))
                .as(InitialState::new);
    }

    @Property(tries = 150)
    void releasing_restores_the_prior_state(
            @ForAll("initialStates") InitialState initial,
            @ForAll @IntRange(max = 90) int crash,
            @ForAll boolean afterEffect,
            @ForAll @IntRange(max = 60) int secondCrash) {
        FakeEc2Api ec2 = initial.createEc2();
        String before = ec2.state();
        ResponderFixture fixture = new ResponderFixture(POLICY);

        run(fixture, ec2, new CrashPoint(crash, afterEffect), responder -> responder.respond("a1"));
        fixture.advance(Duration.ofMinutes(5));
        run(fixture, ec2, CrashPoint.none(), responder -> {
            fixture.sweep(responder);
            responder.respond("a1"); // duplicate delivery
        });
        assertEquals(List.of("applied"), fixture.states("a1"), fixture.notes("a1"));
        for (NetworkInterface eni : ec2.interfaces.values()) {
            assertEquals(List.of(ec2.groups.get(eni.vpc() + "/tiercel-quarantine")), eni.groups());
            assertEquals(List.of(), ec2.rules.get(eni.groups().getFirst()), "the quarantine group has no rules");
        }

        fixture.advance(Duration.ofHours(2));
        run(fixture, ec2, new CrashPoint(secondCrash, afterEffect), fixture::sweep);
        fixture.advance(Duration.ofMinutes(5));
        run(fixture, ec2, CrashPoint.none(), fixture::sweep);
        assertEquals(List.of("released"), fixture.states("a1"), fixture.notes("a1"));
        assertEquals(before, ec2.state());
        assertTrue(
                ec2.groups.keySet().stream().allMatch(name -> name.endsWith("/tiercel-quarantine")),
                "the groups that allow all traffic are deleted: " + ec2.groups);
        long quarantineGroups = ec2.writes.stream()
                .filter(Ec2Api.Write.CreateSecurityGroup.class::isInstance)
                .filter(write -> write.toString().contains("tiercel-quarantine"))
                .count();
        assertTrue(quarantineGroups <= 2, "at most one quarantine group per VPC");
    }

    private static void run(
            ResponderFixture fixture, FakeEc2Api ec2, CrashPoint crashPoint, Consumer<PlannedResponder> operation) {
        Map<ActionKind, ActionHandler> handlers =
                Map.of(ActionKind.ISOLATE_INSTANCE, new IsolateInstance(ec2.withCrashPoint(crashPoint), ec2.pause()));
        try {
            operation.accept(fixture.process(handlers, crashPoint));
        } catch (CrashPoint.Crash e) {
            // Expected: the process ends here.
        }
        ec2.withCrashPoint(CrashPoint.none());
    }
}
