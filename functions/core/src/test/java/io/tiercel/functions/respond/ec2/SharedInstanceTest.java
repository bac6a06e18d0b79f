package io.tiercel.functions.respond.ec2;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.ec2.AutoScalingApi.Membership;
import io.tiercel.functions.respond.ec2.Ec2Api.MetadataOptions;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.functions.respond.plan.CrashPoint;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.ResponderFixture;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lets two incidents act on one instance. The instance stays as the stricter one wants it until the last one lets go. */
@Tag("unit")
class SharedInstanceTest {
    private static final Duration FIRST_EXPIRES = Duration.ofHours(1);

    private final FakeEc2Api ec2 = new FakeEc2Api();
    private final Deque<String> actions = new ArrayDeque<>();
    private final List<String> scaling = new ArrayList<>();
    private Optional<Membership> membership = Optional.of(new Membership("web", false));
    private ResponderFixture fixture = new ResponderFixture(policy("ec2:stop"));

    SharedInstanceTest() {
        ec2.addInstance(FakeEc2Api.running(INSTANCE));
        ec2.attach(INSTANCE, new NetworkInterface("eni-0", "vpc-a", "interface", List.of("sg-1"), List.of()));
    }

    private static String policy(String action) {
        return """
                - policy: Respond
                  desc: D
                  match: {priority: debug}
                  mode: auto
                  time_limit: 1h
                  actions:
                    - %s
                """.formatted(action);
    }

    private final class FakeAutoScaling implements AutoScalingApi {
        @Override
        public Capacity capacity(String group) {
            return new Capacity(1, 3);
        }

        @Override
        public Optional<Membership> membership(String instanceId) {
            return membership;
        }

        @Override
        public void write(Write write) {
            scaling.add(write.getClass().getSimpleName());
            membership = switch (write) {
                case Write.Detach _ -> Optional.empty();
                case Write.Attach attach -> Optional.of(new Membership(attach.group(), false));
                case Write.SetScaleInProtection set -> Optional.of(new Membership(set.group(), set.on()));
            };
        }
    }

    private static final class NoTargetGroups implements LoadBalancingApi {
        @Override
        public List<Registration> registrations(String instanceId) {
            return List.of();
        }

        @Override
        public void write(Write write) {
            throw new AssertionError(write);
        }
    }

    private PlannedResponder process() {
        Map<ActionKind, ActionHandler> handlers = Map.of(
                ActionKind.STOP_INSTANCE, new StopInstance(ec2),
                ActionKind.LOCK_DOWN_IMDS, new LockDownImds(ec2),
                ActionKind.ISOLATE_INSTANCE, new IsolateInstance(ec2, ec2.pause()),
                ActionKind.PRESERVE_INSTANCE,
                        new PreserveInstance(
                                ec2,
                                new FakeAutoScaling(),
                                new NoTargetGroups(),
                                (name, document) -> name,
                                InstantSource.fixed(Instant.EPOCH)));
        return fixture.process(handlers, CrashPoint.none());
    }

    /** Lets two incidents respond, half an hour apart, with one action each. */
    private void respond(String firstAction, String secondAction) {
        actions.addAll(List.of(firstAction, secondAction));
        fixture = new ResponderFixture(policy(firstAction));
        process().respond("a1");
        assertEquals(List.of("applied"), fixture.states("a1"), fixture.notes("a1"));
        fixture.advance(FIRST_EXPIRES.dividedBy(2));
        fixture.setPolicies(policy(secondAction));
        process().respond("b2");
        assertEquals(List.of("applied"), fixture.states("b2"), fixture.notes("b2"));
    }

    /** Lets the step of the older incident expire. A run also plans what the policies want now, so each gets its own. */
    private void expireOne() {
        fixture.setPolicies(policy(actions.removeFirst()));
        fixture.advance(FIRST_EXPIRES.dividedBy(2).plusMinutes(1));
        fixture.sweep(process());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec2:stop", "ec2:imds-lockdown", "ec2:isolate", "ec2:preserve"})
    void the_last_release_restores_the_state_before_the_first_incident(String action) {
        String before = ec2.state();
        respond(action, action);
        String contained = ec2.state();
        assertFalse(contained.equals(before));
        expireOne();
        assertEquals(List.of("released"), fixture.states("a1"), fixture.notes("a1"));
        assertEquals(List.of("applied"), fixture.states("b2"));
        assertEquals(contained, ec2.state(), "the second incident still holds the instance");
        expireOne();
        assertEquals(List.of("released"), fixture.states("b2"), fixture.notes("b2"));
        assertEquals(before, ec2.state());
        assertEquals(Optional.of(new Membership("web", false)), membership);
    }

    @Test
    void the_strictest_request_decides_about_the_scaling_group() {
        respond("ec2:preserve: {scaling_group: leave, snapshots: false}", "ec2:preserve: {scaling_group: protect}");
        assertEquals(Optional.of(new Membership("web", true)), membership);
        assertEquals(2, ec2.snapshots.size(), "only the second incident wants snapshots");
        expireOne();
        assertEquals(Optional.of(new Membership("web", true)), membership);
        expireOne();
        assertEquals(Optional.of(new Membership("web", false)), membership);
    }

    @Test
    void a_detached_instance_stays_detached_while_another_incident_protects_it() {
        membership = Optional.of(new Membership("web", true));
        respond("ec2:preserve: {scaling_group: detach}", "ec2:preserve: {scaling_group: protect}");
        expireOne();
        assertEquals(List.of("released"), fixture.states("a1"), fixture.notes("a1"));
        assertTrue(fixture.notes("a1").contains("stays detached from Auto Scaling group web"), fixture.notes("a1"));
        assertEquals(Optional.empty(), membership);
        expireOne();
        assertEquals(Optional.of(new Membership("web", true)), membership, "its own protection is restored too");
        assertEquals(List.of("Detach", "Attach", "SetScaleInProtection"), scaling);
    }

    @Test
    void a_detached_instance_returns_when_the_other_incident_leaves_the_group_alone() {
        respond("ec2:preserve: {scaling_group: detach}", "ec2:preserve: {scaling_group: leave}");
        expireOne();
        assertEquals(Optional.of(new Membership("web", false)), membership);
    }

    @Test
    void a_release_restores_the_metadata_endpoint_and_leaves_the_options_that_others_changed() {
        respond("ec2:imds-lockdown", "ec2:imds-lockdown");
        ec2.setMetadata(INSTANCE, new MetadataOptions("disabled", "required", 1));
        expireOne();
        expireOne();
        assertEquals(
                new MetadataOptions("enabled", "required", 1),
                Objects.requireNonNull(ec2.instances.get(INSTANCE)).metadata());
        assertTrue(
                fixture.notes("b2").contains("another client has changed the metadata options"), fixture.notes("b2"));
    }

    @Test
    void an_instance_that_was_terminated_is_released() {
        for (String action : List.of("ec2:stop", "ec2:imds-lockdown", "ec2:preserve")) {
            ec2.addInstance(FakeEc2Api.running(INSTANCE));
            membership = Optional.empty();
            ec2.protections.clear();
            respond(action, action);
            ec2.instances.remove(INSTANCE);
            expireOne();
            expireOne();
            assertEquals(List.of("released"), fixture.states("b2"), action + fixture.notes("b2"));
            assertTrue(fixture.notes("b2").contains("no longer exists"), fixture.notes("b2"));
        }
    }
}
