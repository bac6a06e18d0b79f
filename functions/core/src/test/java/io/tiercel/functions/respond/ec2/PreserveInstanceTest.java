package io.tiercel.functions.respond.ec2;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Test;

class PreserveInstanceTest {
    private static final String POLICY = """
            - policy: Keep
              desc: D
              match: {priority: debug}
              mode: auto
              time_limit: 1h
              actions: [ec2:preserve]
            """;

    /** A group and a target group in memory. */
    private static final class FakeFleet implements Fleet {
        private CrashPoint fuse = CrashPoint.none();
        private Optional<Membership> membership = Optional.of(new Membership("web", false));
        private final Set<Registration> registrations = new HashSet<>(Set.of(new Registration("tg", 80)));
        private final List<Write> writes = new ArrayList<>();

        @Override
        public Optional<Membership> membership(String instanceId) {
            return fuse.pass(() -> membership);
        }

        @Override
        public List<Registration> registrations(String instanceId) {
            return fuse.pass(() -> List.copyOf(registrations));
        }

        @Override
        public void write(Write write) {
            fuse.pass(() -> {
                writes.add(write);
                switch (write) {
                    case Write.Detach _ -> membership = Optional.empty();
                    case Write.Attach attach -> membership = Optional.of(new Membership(attach.group(), false));
                    case Write.Protect protect ->
                        membership = Optional.of(new Membership(protect.group(), protect.on()));
                    case Write.Deregister deregister -> registrations.remove(deregister.registration());
                    case Write.Register register -> registrations.add(register.registration());
                }
                return true;
            });
        }
    }

    private final FakeEc2Api ec2 = new FakeEc2Api();
    private final FakeFleet fleet = new FakeFleet();
    private final Map<String, String> evidence = new HashMap<>();
    private final ResponderFixture bench = new ResponderFixture(POLICY);

    private void run(CrashPoint fuse, Consumer<PlannedResponder> work) {
        fleet.fuse = fuse;
        ActionHandler preserve = new PreserveInstance(
                ec2.in(fuse),
                fleet,
                (name, document) -> fuse.pass(() -> {
                    evidence.put(name, document);
                    return name;
                }),
                InstantSource.fixed(Instant.EPOCH));
        try {
            work.accept(bench.process(Map.of(ActionKind.PRESERVE_INSTANCE, preserve), fuse));
        } catch (CrashPoint.Crash e) {
            // That was the point.
        }
        ec2.in(CrashPoint.none());
        fleet.fuse = CrashPoint.none();
    }

    @Test
    void each_part_is_done_once_whatever_is_interrupted() {
        for (int calls = 0; calls < 70; calls++) {
            for (boolean afterEffect : List.of(true, false)) {
                PreserveInstanceTest test = new PreserveInstanceTest();
                test.interrupted(calls, afterEffect);
            }
        }
    }

    private void interrupted(int calls, boolean afterEffect) {
        ec2.instance(FakeEc2Api.running(INSTANCE));
        String before = ec2.state();
        run(new CrashPoint(calls, afterEffect), responder -> responder.respond("a1"));
        bench.pass(Duration.ofMinutes(5));
        run(CrashPoint.none(), responder -> {
            bench.sweep(responder);
            responder.respond("a1");
        });
        assertEquals(List.of("applied"), bench.states("a1"), bench.notes("a1"));
        assertEquals(2, ec2.snapshots.size(), "one of each volume");
        assertEquals(2, fleet.writes.size(), fleet.writes.toString());
        assertEquals(Set.of("incidents/a1/a1-0.json"), evidence.keySet());
        assertEquals(2, ec2.protections.size());
        bench.pass(Duration.ofHours(2));
        run(CrashPoint.none(), bench::sweep);
        assertEquals(List.of("released"), bench.states("a1"), bench.notes("a1"));
        assertEquals(before, ec2.state());
        assertEquals("web", fleet.membership.orElseThrow().group());
        assertEquals(1, fleet.registrations.size());
        assertEquals(2, ec2.snapshots.size(), "evidence is kept");
    }

    @Test
    void what_cannot_be_had_keeps_nothing_else_from_being_done() {
        Ec2Api.Instance running = FakeEc2Api.running(INSTANCE);
        ec2.instance(new Ec2Api.Instance(
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
        assertEquals(List.of("partial"), bench.states("a1"));
        assertTrue(bench.notes("a1").contains("no snapshot of vol-1: UnauthorizedOperation"), bench.notes("a1"));
        assertTrue(bench.notes("a1").contains("a Spot instance has no termination"), bench.notes("a1"));
        assertEquals(2, fleet.writes.size());
    }
}
