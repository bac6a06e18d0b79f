package io.tiercel.functions.respond.plan;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.ReleaseOutcome;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.functions.respond.ec2.FakeEc2Api;
import io.tiercel.functions.respond.ec2.IsolateInstance;
import io.tiercel.functions.respond.ec2.StopInstance;
import io.tiercel.functions.respond.guard.ActionCaps;
import io.tiercel.functions.respond.policy.Cap;
import io.tiercel.functions.respond.receiver.InvokeReceiver;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class PlannedResponderTest {
    private final FakeEc2Api ec2 = new FakeEc2Api();

    PlannedResponderTest() {
        ec2.addInstance(FakeEc2Api.running(INSTANCE));
        ec2.attach(INSTANCE, new NetworkInterface("eni-0", "vpc-a", "trunk", List.of("sg-1", "sg-2"), List.of()));
        ec2.attach(INSTANCE, new NetworkInterface("eni-1", "vpc-a", "interface", List.of("sg-1"), List.of()));
        ec2.addBranchInterface("eni-0", new NetworkInterface("eni-b", "vpc-a", "branch", List.of("sg-3"), List.of()));
    }

    private Map<ActionKind, ActionHandler> handlers() {
        return Map.of(
                ActionKind.ISOLATE_INSTANCE, new IsolateInstance(ec2),
                ActionKind.STOP_INSTANCE, new StopInstance(ec2));
    }

    private static String policy(String lines) {
        return "- policy: P\n  desc: D\n  match: {priority: debug}\n" + lines.indent(2);
    }

    private static final String AUTO = "mode: auto\nactions: [ec2:isolate]";

    /** Passes through the group that allows all traffic. */
    private static final String AUTO_CUT = "mode: auto\nactions: [{ec2:isolate: {cut_tracked: always}}]";

    private PlannedResponder responder(ResponderFixture fixture) {
        return fixture.process(handlers(), CrashPoint.none());
    }

    @Test
    void a_dry_run_calls_ec2_and_changes_nothing() {
        ResponderFixture fixture = new ResponderFixture(policy("actions: [ec2:isolate]"));
        ec2.denied.add("interfaceId=eni-1");
        responder(fixture).respond("a1");
        assertEquals(List.of("dry-run"), fixture.states("a1"));
        assertTrue(
                fixture.notes("a1").contains("eni-b: ModifyNetworkInterfaceAttribute would succeed"),
                fixture.notes("a1"));
        assertTrue(fixture.notes("a1").contains("eni-1: ModifyNetworkInterfaceAttribute would be denied"));
        assertEquals(List.of(), ec2.writes);
    }

    @Test
    void every_interface_is_moved_to_the_untrack_group_and_then_to_the_quarantine_group() {
        ResponderFixture fixture = new ResponderFixture(policy(AUTO_CUT));
        responder(fixture).respond("a1");
        String quarantineGroup = ec2.groups.get("vpc-a/tiercel-quarantine");
        List<Write.SetSecurityGroups> groupChanges = ec2.writes.stream()
                .filter(Write.SetSecurityGroups.class::isInstance)
                .map(Write.SetSecurityGroups.class::cast)
                .toList();
        String untrackGroup = groupChanges.getFirst().groups().getFirst();
        assertEquals(
                List.of(
                        new Write.SetSecurityGroups("eni-0", List.of(untrackGroup)),
                        new Write.SetSecurityGroups("eni-0", List.of(quarantineGroup)),
                        new Write.SetSecurityGroups("eni-1", List.of(untrackGroup)),
                        new Write.SetSecurityGroups("eni-1", List.of(quarantineGroup)),
                        new Write.SetSecurityGroups("eni-b", List.of(untrackGroup)),
                        new Write.SetSecurityGroups("eni-b", List.of(quarantineGroup))),
                groupChanges);
        assertFalse(ec2.groups.containsKey("vpc-a/tiercel-untrack"), "the group is deleted after its use");
        assertTrue(fixture.notes("a1").contains("remaining access"), fixture.notes("a1"));
        assertTrue(fixture.auditLog().stream().anyMatch(entry -> entry.contains("eni-0") && entry.endsWith("calling")));
        assertTrue(fixture.auditLog().contains("ec2:isolate is applied"));
    }

    @Test
    void the_notes_name_each_failed_part() {
        ResponderFixture fixture = new ResponderFixture(policy(AUTO));
        ec2.denied.add("interfaceId=eni-1");
        responder(fixture).respond("a1");
        assertEquals(List.of("partial"), fixture.states("a1"));
        assertTrue(fixture.notes("a1").contains("eni-1 is not isolated: UnauthorizedOperation"), fixture.notes("a1"));
        assertTrue(fixture.notes("a1").contains("2 of 3 interfaces"), fixture.notes("a1"));
    }

    @Test
    void a_failed_isolation_restores_the_security_groups() {
        ResponderFixture fixture = new ResponderFixture(policy(AUTO_CUT));
        responder(fixture).respond("first"); // creates the groups
        fixture.process(handlers(), CrashPoint.none()).release("first", "ann");
        fixture.handleRequests(responder(fixture));
        ec2.denied.add(String.valueOf(ec2.groups.get("vpc-a/tiercel-quarantine")));
        responder(fixture).respond("a1");
        assertEquals(List.of("failed"), fixture.states("a1"));
        assertEquals(
                List.of("sg-1"),
                Objects.requireNonNull(ec2.interfaces.get("eni-1")).groups());
        assertTrue(fixture.notes("a1").contains("its security groups [sg-1] are restored"), fixture.notes("a1"));
    }

    /** People click twice, and clients repeat requests whose response was lost. */
    @Test
    void repeated_and_concurrent_approvals_write_one_audit_entry() throws Exception {
        ResponderFixture fixture = new ResponderFixture(
                policy("mode: approve\napproval_time: 1h\ntime_limit: 1h\nactions: [ec2:isolate]"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        String planId = fixture.planId("a1");
        List<Callable<ApprovalOutcome>> approvals =
                Collections.nCopies(16, () -> responder.approve("a1", planId, "ann"));
        long approved;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            approved = threads.invokeAll(approvals).stream()
                    .map(Future::resultNow)
                    .filter(ApprovalOutcome.Approved.class::isInstance)
                    .count();
        }
        assertEquals(1, approved);
        fixture.handleRequests(responder);
        responder.approve("a1", planId, "bob");
        assertEquals(List.of("applied"), fixture.states("a1"));
        assertEquals(
                1,
                fixture.auditLog().stream()
                        .filter(line -> line.contains("approval "))
                        .count(),
                fixture.auditLog().toString());
    }

    @Test
    void an_approval_covers_the_plan_shown_and_expires() {
        ResponderFixture fixture = new ResponderFixture(
                policy("mode: approve\napproval_time: 1h\ntime_limit: 1h\nactions: [ec2:isolate]"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        assertEquals(List.of("waiting"), fixture.states("a1"));
        assertTrue(fixture.notes("a1").contains("would succeed"), fixture.notes("a1"));
        assertEquals(List.of(), ec2.writes);
        assertInstanceOf(ApprovalOutcome.Rejected.class, responder.approve("a1", "000000000000", "ann"));
        assertInstanceOf(ApprovalOutcome.Rejected.class, responder.approve("none", "000000000000", "ann"));
        String planId = fixture.planId("a1");
        assertInstanceOf(ApprovalOutcome.Approved.class, responder.approve("a1", planId, "ann"));
        assertInstanceOf(ApprovalOutcome.AlreadyApproved.class, responder.approve("a1", planId, "bob"));
        fixture.handleRequests(responder);
        assertEquals(List.of("applied"), fixture.states("a1"));
        assertEquals("ann", fixture.plan("a1").steps().getFirst().by());
        assertFalse(fixture.notes("a1").contains("would "), fixture.notes("a1"));
        assertInstanceOf(ApprovalOutcome.AlreadyApproved.class, responder.approve("a1", planId, "bob"));

        responder.respond("b1");
        fixture.advance(Duration.ofHours(2));
        assertInstanceOf(ApprovalOutcome.Rejected.class, responder.approve("b1", fixture.planId("b1"), "ann"));
        fixture.sweep(responder);
        assertEquals(List.of("expired"), fixture.states("b1"));
        assertEquals(List.of("released"), fixture.states("a1"), "its time limit has expired too");
    }

    @Test
    void a_sweep_applies_an_approval_whose_request_was_lost() {
        ResponderFixture fixture = new ResponderFixture(policy("mode: approve\nactions: [ec2:stop]"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        responder.approve("a1", fixture.planId("a1"), "ann");
        fixture.discardRequests();
        fixture.sweep(responder);
        assertEquals(List.of("applied"), fixture.states("a1"));
        fixture.sweep(responder);
        assertEquals(1, ec2.writes.size());
    }

    @Test
    void a_release_before_approval_cancels_the_step() {
        ResponderFixture fixture = new ResponderFixture(policy("mode: approve\nactions: [ec2:isolate]"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        responder.release("a1", "ann");
        fixture.handleRequests(responder);
        assertEquals(List.of("cancelled"), fixture.states("a1"));
    }

    @Test
    void a_release_is_never_refused_whatever_commands_came_before() {
        ResponderFixture fixture = new ResponderFixture(policy(AUTO));
        PlannedResponder responder = responder(fixture);
        for (int i = 0; i < 2 * OperatorCommands.MAX_COMMANDS; i++) {
            fixture.episode++;
            responder.respond("a1");
            assertEquals(ReleaseOutcome.REQUESTED, responder.release("a1", "ann"));
            assertEquals(ReleaseOutcome.ALREADY_REQUESTED, responder.release("a1", "bob"));
            fixture.handleRequests(responder);
            assertEquals("released", fixture.states("a1").getLast(), "release " + i);
        }
        assertTrue(
                fixture.store
                                .read(OperatorCommands.PREFIX + "a1")
                                .orElseThrow()
                                .document()
                                .length()
                        < 100,
                "applied commands are removed");
    }

    @Test
    void a_lookup_that_failed_is_repeated_after_five_seconds_without_a_sweep() {
        ResponderFixture fixture = new ResponderFixture(policy(AUTO));
        AffectedTargetFacts facts = AffectedTargetFacts.confirmed("cart-5f7", INSTANCE);
        fixture.lookup = (alert, stored) ->
                facts.withInstance(AffectedTargetFacts.Answer.timedOut()).enrichment();
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        assertEquals(List.of("planned"), fixture.states("a1"), fixture.notes("a1"));
        assertEquals(fixture.now().plusSeconds(5), fixture.dueAt.remove("a1"));
        fixture.advance(Duration.ofSeconds(5));
        fixture.lookup = (alert, stored) -> facts.enrichment();
        responder.respond("a1");
        assertEquals(List.of("applied"), fixture.states("a1"), fixture.notes("a1"));
        assertEquals(Map.of(), fixture.dueAt);
    }

    /** A queue without an owner: the process ends before it applies a command. */
    @Test
    void approvals_that_nothing_applies_leave_room_for_a_release() {
        ResponderFixture fixture = new ResponderFixture(policy("mode: approve\nactions: [ec2:isolate]"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        OperatorCommands commands = new OperatorCommands(fixture.store, () -> Instant.EPOCH);
        for (int i = 0; i < OperatorCommands.MAX_COMMANDS; i++) {
            commands.append("a1", new OperatorCommands.Command("plan-" + i, "ann", 0), 0);
        }
        assertEquals(
                OperatorCommands.Appended.FULL,
                commands.append("a1", new OperatorCommands.Command("one-more", "ann", 0), 0));
        assertEquals(ReleaseOutcome.REQUESTED, responder.release("a1", "ann"));
        responder.respond("a1");
        assertEquals(List.of("cancelled"), fixture.states("a1"));
    }

    @Test
    void the_kill_switch_blocks_steps_but_not_releases() {
        ResponderFixture fixture = new ResponderFixture(policy(AUTO));
        fixture.killSwitchEngaged = true;
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        assertEquals(List.of("waiting"), fixture.states("a1"));
        assertInstanceOf(ApprovalOutcome.Rejected.class, responder.approve("a1", fixture.planId("a1"), "ann"));
        fixture.killSwitchEngaged = false;
        responder.approve("a1", fixture.planId("a1"), "ann");
        fixture.killSwitchEngaged = true;
        fixture.handleRequests(responder);
        assertEquals(List.of("waiting"), fixture.states("a1"), "engaged between approval and start");
        assertEquals(List.of(), ec2.writes);
        fixture.killSwitchEngaged = false;
        responder.respond("b1");
        fixture.killSwitchEngaged = true;
        responder.release("b1", "ann");
        fixture.handleRequests(responder);
        assertEquals(List.of("released"), fixture.states("b1"), "a release is always possible");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exclude: {conditions: ['proc.name = sh']}",
                "exclude: {conditions: ['enrich.instance.vpc = vpc-1']}",
                "exclude: {conditions: ['not k8s.ns.name = shop and evt.arg.flags = x']}",
                "exclude: {tags: {Name: web}}",
                "exclude: {tags: {Name: '*'}}",
            })
    void no_action_runs_on_excluded_or_unknown_targets(String exclusion) {
        for (String mode : List.of("auto", "approve")) {
            ResponderFixture fixture =
                    new ResponderFixture(policy("mode: " + mode + "\nactions: [ec2:isolate]\n" + exclusion));
            responder(fixture).respond("a1");
            assertEquals(List.of("excluded"), fixture.states("a1"), fixture.notes("a1"));
            assertEquals(List.of(), ec2.writes);
        }
    }

    @Test
    void an_action_runs_on_a_target_that_is_not_excluded() {
        ResponderFixture fixture = new ResponderFixture(
                policy(AUTO + "\nexclude: {tags: {Name: db}, conditions: ['proc.name = x'], namespaces: [kube-*]}"));
        responder(fixture).respond("a1");
        assertEquals(List.of("applied"), fixture.states("a1"), fixture.notes("a1"));
    }

    @Test
    void a_cap_of_three_permits_three_of_five_hundred_concurrent_responses() throws Exception {
        ResponderFixture fixture = new ResponderFixture(
                policy("mode: auto\nactions: [lambda:invoke: {function: f}]\ncap: {max: 3, within: 1h}"));
        AtomicInteger calls = new AtomicInteger();
        Map<ActionKind, ActionHandler> handlers =
                Map.of(ActionKind.INVOKE_FUNCTION, new InvokeReceiver(_ -> String.valueOf(calls.incrementAndGet())));
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 500; i++) {
                String incident = "i" + i;
                threads.submit(
                        () -> fixture.process(handlers, CrashPoint.none()).respond(incident));
            }
        }
        assertEquals(3, calls.get());
        Map<String, Integer> states = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            states.merge(fixture.states("i" + i).getFirst(), 1, Integer::sum);
        }
        assertEquals(Map.of("applied", 3, "waiting", 497), states);
        fixture.advance(Duration.ofHours(1));
        fixture.process(handlers, CrashPoint.none()).respond("later");
        assertEquals(List.of("applied"), fixture.states("later"));
    }

    @Test
    void the_incidents_of_one_pod_take_one_slot_of_each_cap() {
        ResponderFixture fixture = new ResponderFixture(
                policy("mode: auto\nactions: [lambda:invoke: {function: f}]\ncap: {max: 2, within: 1h}"));
        AtomicInteger calls = new AtomicInteger();
        PlannedResponder responder = fixture.process(
                Map.of(ActionKind.INVOKE_FUNCTION, new InvokeReceiver(_ -> String.valueOf(calls.incrementAndGet()))),
                CrashPoint.none());
        for (int i = 0; i < 20; i++) {
            responder.respond("noise" + i);
        }
        assertEquals(2, calls.get(), "the calls for one target have the same cap");
        fixture.targets = List.of(ResponderFixture.affectedTarget("pay-1", "i-0000000000000000a"));
        responder.respond("genuine");
        assertEquals(List.of("applied"), fixture.states("genuine"), fixture.notes("genuine"));
        fixture.targets = List.of(ResponderFixture.affectedTarget("pay-2", "i-0000000000000000b"));
        responder.respond("third");
        assertEquals(List.of("waiting"), fixture.states("third"), "two targets have the slots");
    }

    @Test
    void a_target_that_is_held_already_takes_no_slot() {
        ResponderFixture fixture = new ResponderFixture(policy(AUTO + "\ncap: {max: 1, within: 1h}"));
        PlannedResponder responder = responder(fixture);
        responder.respond("first");
        fixture.advance(Duration.ofHours(2));
        for (int i = 0; i < 20; i++) {
            responder.respond("noise" + i);
            assertEquals(List.of("applied"), fixture.states("noise" + i), fixture.notes("noise" + i));
        }
        String other = "i-0fedcba9876543210";
        ec2.addInstance(FakeEc2Api.running(other));
        ec2.attach(other, new NetworkInterface("eni-9", "vpc-a", "interface", List.of("sg-1"), List.of()));
        fixture.targets = List.of(ResponderFixture.affectedTarget("pay-1", other));
        responder.respond("genuine");
        assertEquals(List.of("applied"), fixture.states("genuine"), fixture.notes("genuine"));
    }

    /** An incident that changed nothing does not return the slot that another incident of its target uses. */
    @Test
    void a_slot_that_several_incidents_share_stays_taken() {
        ActionCaps caps = new ActionCaps(new InMemoryStateStore(), () -> Instant.EPOCH);
        Cap one = new Cap(1, Duration.ofHours(1), null);
        assertTrue(caps.acquire("all", one, "pod", "a"));
        assertTrue(caps.acquire("all", one, "pod", "a"));
        caps.release("all", "pod", "b");
        assertFalse(caps.acquire("all", one, "another", "c"));
        assertTrue(caps.acquire("all", one, "pod", "b"));
        caps.release("all", "pod", "a");
        assertFalse(caps.acquire("all", one, "another", "c"));
        assertTrue(caps.acquire("more", one, "pod", "a"));
        caps.release("more", "pod", "a");
        assertTrue(caps.acquire("more", one, "another", "c"));
    }

    @Test
    void concurrent_requests_for_one_incident_run_its_plan_once() throws Exception {
        ResponderFixture fixture = new ResponderFixture(policy("mode: auto\nactions: [lambda:invoke: {function: f}]"));
        AtomicInteger calls = new AtomicInteger();
        Map<ActionKind, ActionHandler> handlers =
                Map.of(ActionKind.INVOKE_FUNCTION, new InvokeReceiver(_ -> String.valueOf(calls.incrementAndGet())));
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 200; i++) {
                threads.submit(
                        () -> fixture.process(handlers, CrashPoint.none()).respond("a1"));
            }
        }
        assertEquals(List.of("applied"), fixture.states("a1"));
        assertEquals(1, calls.get());
    }

    @Test
    void an_interrupted_call_is_not_repeated() {
        for (int crash = 0; crash < 60; crash++) {
            for (boolean afterEffect : List.of(true, false)) {
                ResponderFixture fixture =
                        new ResponderFixture(policy("mode: auto\nactions: [lambda:invoke: {function: f}]"));
                AtomicInteger calls = new AtomicInteger();
                CrashPoint crashPoint = new CrashPoint(crash, afterEffect);
                try {
                    fixture.process(receiver(calls, crashPoint), crashPoint).respond("a1");
                } catch (CrashPoint.Crash e) {
                    // Expected: the process ends here.
                }
                fixture.advance(Duration.ofMinutes(5));
                PlannedResponder next = fixture.process(receiver(calls, CrashPoint.none()), CrashPoint.none());
                fixture.sweep(next);
                next.respond("a1");
                String state = fixture.states("a1").getFirst();
                assertTrue(calls.get() <= 1, "called " + calls + " times");
                assertTrue(calls.get() == 1 && state.equals("applied") || state.equals("uncertain"), state);
            }
        }
    }

    private static Map<ActionKind, ActionHandler> receiver(AtomicInteger calls, CrashPoint crashPoint) {
        return Map.of(
                ActionKind.INVOKE_FUNCTION,
                new InvokeReceiver(_ -> crashPoint.call(() -> String.valueOf(calls.incrementAndGet()))));
    }

    @Test
    void consecutive_failures_open_the_circuit_until_an_approved_step_succeeds() {
        ResponderFixture fixture = new ResponderFixture(policy("mode: auto\nactions: [ec2:stop]\ncap: {max: 100}"));
        ec2.denied.add("StopInstance");
        PlannedResponder responder = responder(fixture);
        for (int i = 0; i < 5; i++) {
            responder.respond("f" + i);
            assertEquals(List.of("failed"), fixture.states("f" + i));
        }
        ec2.denied.clear();
        responder.respond("a1");
        assertEquals(List.of("waiting"), fixture.states("a1"));
        responder.approve("a1", fixture.planId("a1"), "ann");
        fixture.handleRequests(responder);
        assertEquals(List.of("applied"), fixture.states("a1"));
        ec2.write(new Write.StartInstance(INSTANCE));
        responder.respond("b1");
        assertEquals(List.of("applied"), fixture.states("b1"));
    }

    @Test
    void retryable_failures_are_retried() {
        ResponderFixture fixture = new ResponderFixture(policy("mode: auto\ntime_limit: 1h\nactions: [ec2:stop]"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        ec2.instances.computeIfPresent(
                INSTANCE,
                (id, old) -> new Instance(
                        id, old.arn(), "stopping", false, null, old.tags(), old.volumes(), old.metadata()));
        fixture.advance(Duration.ofHours(1));
        fixture.sweep(responder);
        assertEquals(List.of("releasing"), fixture.states("a1"));
        ec2.write(new Write.StopInstance(INSTANCE));
        fixture.advance(Duration.ofMinutes(1));
        fixture.sweep(responder);
        assertEquals(List.of("released"), fixture.states("a1"));
        assertEquals(
                "running", Objects.requireNonNull(ec2.instances.get(INSTANCE)).state());
    }

    @Test
    void a_growing_incident_gets_more_steps_and_a_new_plan_id() {
        ResponderFixture fixture = new ResponderFixture(policy("mode: approve\nactions: [ec2:stop]")
                + "- policy: Q\n  desc: D\n  match: {condition: incident.count > 10}\n  mode: approve\n"
                + "  actions: [ec2:isolate]\n");
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        String first = fixture.planId("a1");
        assertEquals(List.of("waiting"), fixture.states("a1"));
        fixture.count = 11;
        responder.respond("a1");
        assertEquals(List.of("waiting", "waiting"), fixture.states("a1"));
        assertInstanceOf(ApprovalOutcome.Rejected.class, responder.approve("a1", first, "ann"));
        fixture.open = false;
        responder.respond("c1");
        assertThrows(NoSuchElementException.class, () -> fixture.plan("c1"), "a closed incident gets no plan");
    }

    @Test
    void no_action_runs_on_an_unreadable_target() {
        ec2.instances.clear();
        ResponderFixture fixture = new ResponderFixture(policy(AUTO));
        responder(fixture).respond("a1");
        assertEquals(List.of("skipped"), fixture.states("a1"));
    }
}
