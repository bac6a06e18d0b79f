package io.tiercel.functions.respond.ec2;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.plan.CrashPoint;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.ResponderFixture;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PreserveInstanceTest {
    private static final String POLICY = """
            - policy: Keep
              desc: D
              match: {priority: debug}
              mode: auto
              time_limit: 1h
              actions: [ec2:preserve]
            """;

    /** An in-memory Auto Scaling group. */
    private final class FakeAutoScaling implements AutoScalingApi {
        private Optional<Membership> membership = Optional.of(new Membership("web", false));
        private int desired = 1;
        private int maximum = 2;

        @Override
        public Capacity capacity(String group) {
            return groupCrashPoint.call(() -> new Capacity(desired, maximum));
        }

        @Override
        public Optional<Membership> membership(String instanceId) {
            return groupCrashPoint.call(() -> membership);
        }

        @Override
        public void write(Write write) {
            groupCrashPoint.call(() -> {
                groupWrites.add(write.description());
                switch (write) {
                    case Write.Detach _ -> membership = Optional.empty();
                    case Write.Attach attach -> {
                        if (desired >= maximum) {
                            // The API reports a full group in the same way as a passing conflict.
                            throw ActionException.retryable("AttachInstances: ResourceContention", null);
                        }
                        desired++;
                        membership = Optional.of(new Membership(attach.group(), false));
                    }
                    case Write.SetScaleInProtection set ->
                        membership = Optional.of(new Membership(set.group(), set.on()));
                }
                return true;
            });
        }
    }

    /** An in-memory target group. */
    private final class FakeLoadBalancing implements LoadBalancingApi {
        private final Set<Registration> registrations = new HashSet<>(Set.of(new Registration("tg", 80)));

        @Override
        public List<Registration> registrations(String instanceId) {
            return groupCrashPoint.call(() -> List.copyOf(registrations));
        }

        @Override
        public void write(Write write) {
            groupCrashPoint.call(() -> {
                groupWrites.add(write.description());
                switch (write) {
                    case Write.Deregister deregister -> registrations.remove(deregister.registration());
                    case Write.Register register -> registrations.add(register.registration());
                }
                return true;
            });
        }
    }

    private CrashPoint groupCrashPoint = CrashPoint.none();
    private final List<String> groupWrites = new ArrayList<>();
    private final FakeEc2Api ec2 = new FakeEc2Api();
    private final FakeAutoScaling autoScaling = new FakeAutoScaling();
    private final FakeLoadBalancing loadBalancing = new FakeLoadBalancing();
    private final Map<String, String> evidence = new HashMap<>();
    private final ResponderFixture fixture = new ResponderFixture(POLICY);

    private void run(CrashPoint crashPoint, Consumer<PlannedResponder> operation) {
        groupCrashPoint = crashPoint;
        ActionHandler preserve = new PreserveInstance(
                ec2.withCrashPoint(crashPoint),
                autoScaling,
                loadBalancing,
                (name, document) -> crashPoint.call(() -> {
                    evidence.put(name, document);
                    return name;
                }),
                InstantSource.fixed(Instant.EPOCH));
        try {
            operation.accept(fixture.process(Map.of(ActionKind.PRESERVE_INSTANCE, preserve), crashPoint));
        } catch (CrashPoint.Crash e) {
            // Expected: the process ends here.
        }
        ec2.withCrashPoint(CrashPoint.none());
        groupCrashPoint = CrashPoint.none();
    }

    @Test
    void each_part_is_done_once_after_any_interruption() {
        for (int calls = 0; calls < 70; calls++) {
            for (boolean afterEffect : List.of(true, false)) {
                PreserveInstanceTest test = new PreserveInstanceTest();
                test.preserveAndRelease(calls, afterEffect);
            }
        }
    }

    private void preserveAndRelease(int calls, boolean afterEffect) {
        ec2.addInstance(FakeEc2Api.running(INSTANCE));
        String before = ec2.state();
        run(new CrashPoint(calls, afterEffect), responder -> responder.respond("a1"));
        fixture.advance(Duration.ofMinutes(5));
        run(CrashPoint.none(), responder -> {
            fixture.sweep(responder);
            responder.respond("a1");
        });
        assertEquals(List.of("applied"), fixture.states("a1"), fixture.notes("a1"));
        assertEquals(2, ec2.snapshots.size(), "one snapshot of each volume");
        assertEquals(2, groupWrites.size(), groupWrites.toString());
        assertEquals(Set.of("incidents/a1/a1-0.json"), evidence.keySet());
        assertEquals(2, ec2.protections.size());
        fixture.advance(Duration.ofHours(2));
        run(CrashPoint.none(), fixture::sweep);
        assertEquals(List.of("released"), fixture.states("a1"), fixture.notes("a1"));
        assertEquals(before, ec2.state());
        assertEquals("web", autoScaling.membership.orElseThrow().group());
        assertEquals(1, loadBalancing.registrations.size());
        assertEquals(2, ec2.snapshots.size(), "evidence is kept");
    }

    @Test
    void a_release_into_a_full_group_says_what_to_do_and_can_be_repeated() {
        autoScaling.maximum = 1;
        ec2.addInstance(FakeEc2Api.running(INSTANCE));
        fixture.setPolicies(POLICY.replace("mode: auto", "mode: approve"));
        run(CrashPoint.none(), responder -> responder.respond("a1"));
        String preview = fixture.plan("a1").toString();
        assertTrue(preview.contains("a release makes its desired capacity one higher (now 1 of at most 1"), preview);
        run(CrashPoint.none(), responder -> {
            responder.approve("a1", fixture.planId("a1"), "ann");
            fixture.handleRequests(responder);
        });
        assertEquals(List.of("applied"), fixture.states("a1"), fixture.notes("a1"));
        fixture.advance(Duration.ofHours(2));
        run(CrashPoint.none(), fixture::sweep);
        assertEquals(List.of("drifted"), fixture.states("a1"), fixture.notes("a1"));
        assertTrue(fixture.notes("a1").contains("Raise the maximum size"), fixture.notes("a1"));
        autoScaling.maximum = 2;
        run(CrashPoint.none(), responder -> {
            responder.release("a1", "ann");
            fixture.handleRequests(responder);
        });
        assertEquals(List.of("released"), fixture.states("a1"), fixture.notes("a1"));
        assertTrue(autoScaling.membership.isPresent());
    }

    @Test
    void a_failed_part_does_not_prevent_the_others() {
        Ec2Api.Instance running = FakeEc2Api.running(INSTANCE);
        ec2.addInstance(new Ec2Api.Instance(
                INSTANCE,
                running.arn(),
                running.state(),
                true,
                null,
                running.tags(),
                running.volumes(),
                running.metadata()));
        ec2.denied.add("CreateSnapshot");
        run(CrashPoint.none(), responder -> responder.respond("a1"));
        assertEquals(List.of("partial"), fixture.states("a1"));
        assertTrue(fixture.notes("a1").contains("no snapshots: UnauthorizedOperation"), fixture.notes("a1"));
        assertTrue(
                fixture.notes("a1").contains("no termination and stop protection for Spot Instances"),
                fixture.notes("a1"));
        assertEquals(2, groupWrites.size());
    }

    @Test
    void a_volume_that_was_detached_since_the_first_incident_is_reported() {
        Ec2Api.Instance running = FakeEc2Api.running(INSTANCE);
        ec2.addInstance(running);
        ec2.concurrently = write -> ec2.instances.put(
                INSTANCE,
                new Ec2Api.Instance(
                        INSTANCE,
                        running.arn(),
                        running.state(),
                        false,
                        null,
                        running.tags(),
                        List.of(running.volumes().getFirst()),
                        running.metadata()));
        run(CrashPoint.none(), responder -> responder.respond("a1"));
        assertEquals(List.of("partial"), fixture.states("a1"), fixture.notes("a1"));
        assertTrue(fixture.notes("a1").contains("no snapshot of vol-2: it was not attached"), fixture.notes("a1"));
        String manifest = evidence.getOrDefault("incidents/a1/a1-0.json", "none");
        assertTrue(manifest.contains("\"volume\":\"vol-1\",\"device\":\"/dev/xvda\""), manifest);
    }
}
