package io.tiercel.functions.respond.plan;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.Interface;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.functions.respond.ec2.FakeEc2Api;
import io.tiercel.functions.respond.ec2.IsolateInstance;
import io.tiercel.functions.respond.ec2.StopInstance;
import io.tiercel.functions.respond.receiver.InvokeReceiver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannedResponderTest {
    private final FakeEc2Api ec2 = new FakeEc2Api();

    PlannedResponderTest() {
        ec2.instance(FakeEc2Api.running(INSTANCE));
        ec2.attached(INSTANCE, new Interface("eni-0", "vpc-a", "trunk", List.of("sg-1", "sg-2"), List.of()));
        ec2.attached(INSTANCE, new Interface("eni-1", "vpc-a", "interface", List.of("sg-1"), List.of()));
        ec2.branch("eni-0", new Interface("eni-b", "vpc-a", "branch", List.of("sg-3"), List.of()));
    }

    private Map<ActionKind, ActionHandler> remedies() {
        return Map.of(
                ActionKind.ISOLATE_INSTANCE, new IsolateInstance(ec2),
                ActionKind.STOP_INSTANCE, new StopInstance(ec2));
    }

    private static String policy(String lines) {
        return "- policy: P\n  desc: D\n  match: {priority: debug}\n" + lines.indent(2);
    }

    private static final String AUTO = "mode: auto\nactions: [ec2:isolate]";

    private PlannedResponder on(ResponderFixture bench) {
        return bench.process(remedies(), CrashPoint.none());
    }

    @Test
    void a_dry_run_asks_ec2_and_changes_nothing() {
        ResponderFixture bench = new ResponderFixture(policy("actions: [ec2:isolate]"));
        ec2.denied.add("interfaceId=eni-1");
        on(bench).respond("a1");
        assertEquals(List.of("dry-run"), bench.states("a1"));
        assertTrue(
                bench.notes("a1").contains("eni-b: ModifyNetworkInterfaceAttribute would succeed"), bench.notes("a1"));
        assertTrue(bench.notes("a1").contains("eni-1: ModifyNetworkInterfaceAttribute would be refused"));
        assertEquals(List.of(), ec2.writes);
    }

    @Test
    void every_interface_passes_the_open_group_on_its_way() {
        ResponderFixture bench = new ResponderFixture(policy(AUTO));
        on(bench).respond("a1");
        String closed = ec2.groups.get("vpc-a/tiercel-quarantine");
        String open = ec2.groups.get("vpc-a/tiercel-untrack");
        List<Write> moves =
                ec2.writes.stream().filter(Write.SetGroups.class::isInstance).toList();
        assertEquals(
                List.of(
                        new Write.SetGroups("eni-0", List.of(open)),
                        new Write.SetGroups("eni-0", List.of(closed)),
                        new Write.SetGroups("eni-1", List.of(open)),
                        new Write.SetGroups("eni-1", List.of(closed)),
                        new Write.SetGroups("eni-b", List.of(open)),
                        new Write.SetGroups("eni-b", List.of(closed))),
                moves);
        assertTrue(bench.notes("a1").contains("what remains open"), bench.notes("a1"));
        assertTrue(bench.recorded().stream().anyMatch(what -> what.contains("SetGroups") && what.endsWith("calling")));
        assertTrue(bench.recorded().contains("ec2:isolate is applied"));
    }

    @Test
    void a_part_that_fails_is_named() {
        ResponderFixture bench = new ResponderFixture(policy(AUTO));
        ec2.denied.add("interfaceId=eni-1");
        on(bench).respond("a1");
        assertEquals(List.of("partial"), bench.states("a1"));
        assertTrue(bench.notes("a1").contains("eni-1 is not isolated: UnauthorizedOperation"), bench.notes("a1"));
        assertTrue(bench.notes("a1").contains("2 of 3 interfaces"), bench.notes("a1"));
    }

    @Test
    void an_interface_is_never_left_open() {
        ResponderFixture bench = new ResponderFixture(policy(AUTO));
        on(bench).respond("first"); // makes the groups
        bench.process(remedies(), CrashPoint.none()).release("first", "ann");
        bench.answerBells(on(bench));
        ec2.denied.add(String.valueOf(ec2.groups.get("vpc-a/tiercel-quarantine")));
        on(bench).respond("a1");
        assertEquals(List.of("failed"), bench.states("a1"));
        assertEquals(
                List.of("sg-1"),
                Objects.requireNonNull(ec2.interfaces.get("eni-1")).groups());
        assertTrue(bench.notes("a1").contains("it has its own groups again"), bench.notes("a1"));
    }

    @Test
    void approval_is_for_what_was_shown_and_expires() {
        ResponderFixture bench = new ResponderFixture(
                policy("mode: approve\napproval_time: 1h\ntime_limit: 1h\nactions: [ec2:isolate]"));
        PlannedResponder responder = on(bench);
        responder.respond("a1");
        assertEquals(List.of("waiting"), bench.states("a1"));
        assertEquals(List.of(), ec2.writes);
        assertInstanceOf(ApprovalOutcome.Refused.class, responder.approve("a1", "000000000000", "ann"));
        assertInstanceOf(ApprovalOutcome.Refused.class, responder.approve("none", "000000000000", "ann"));
        String planId = bench.planId("a1");
        assertInstanceOf(ApprovalOutcome.Approved.class, responder.approve("a1", planId, "ann"));
        assertInstanceOf(ApprovalOutcome.AlreadyApproved.class, responder.approve("a1", planId, "bob"));
        bench.answerBells(responder);
        assertEquals(List.of("applied"), bench.states("a1"));
        assertEquals("ann", bench.plan("a1").steps().getFirst().by());
        assertInstanceOf(ApprovalOutcome.AlreadyApproved.class, responder.approve("a1", planId, "bob"));

        responder.respond("b1");
        bench.pass(Duration.ofHours(2));
        assertInstanceOf(ApprovalOutcome.Refused.class, responder.approve("b1", bench.planId("b1"), "ann"));
        bench.sweep(responder);
        assertEquals(List.of("expired"), bench.states("b1"));
        assertEquals(List.of("released"), bench.states("a1"), "its time limit is over too");
    }

    @Test
    void an_approval_that_the_queue_lost_is_found_by_the_sweep() {
        ResponderFixture bench = new ResponderFixture(policy("mode: approve\nactions: [ec2:stop]"));
        PlannedResponder responder = on(bench);
        responder.respond("a1");
        responder.approve("a1", bench.planId("a1"), "ann");
        bench.loseBells();
        bench.sweep(responder);
        assertEquals(List.of("applied"), bench.states("a1"));
        bench.sweep(responder);
        assertEquals(1, ec2.writes.size());
    }

    @Test
    void whoever_releases_first_cancels() {
        ResponderFixture bench = new ResponderFixture(policy("mode: approve\nactions: [ec2:isolate]"));
        PlannedResponder responder = on(bench);
        responder.respond("a1");
        responder.release("a1", "ann");
        bench.answerBells(responder);
        assertEquals(List.of("cancelled"), bench.states("a1"));
    }

    @Test
    void the_kill_switch_holds_from_the_next_message_on() {
        ResponderFixture bench = new ResponderFixture(policy(AUTO));
        bench.killed = true;
        PlannedResponder responder = on(bench);
        responder.respond("a1");
        assertEquals(List.of("waiting"), bench.states("a1"));
        assertInstanceOf(ApprovalOutcome.Refused.class, responder.approve("a1", bench.planId("a1"), "ann"));
        bench.killed = false;
        responder.approve("a1", bench.planId("a1"), "ann");
        bench.killed = true;
        bench.answerBells(responder);
        assertEquals(List.of("waiting"), bench.states("a1"), "thrown between the approval and the act");
        assertEquals(List.of(), ec2.writes);
        bench.killed = false;
        responder.respond("b1");
        bench.killed = true;
        responder.release("b1", "ann");
        bench.answerBells(responder);
        assertEquals(List.of("released"), bench.states("b1"), "the way back is always open");
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
    void what_is_excluded_or_not_known_is_not_touched(String exclusion) {
        for (String mode : List.of("auto", "approve")) {
            ResponderFixture bench =
                    new ResponderFixture(policy("mode: " + mode + "\nactions: [ec2:isolate]\n" + exclusion));
            on(bench).respond("a1");
            assertEquals(List.of("excluded"), bench.states("a1"), bench.notes("a1"));
            assertEquals(List.of(), ec2.writes);
        }
    }

    @Test
    void what_is_not_excluded_is() {
        ResponderFixture bench = new ResponderFixture(
                policy(AUTO + "\nexclude: {tags: {Name: db}, conditions: ['proc.name = x'], namespaces: [kube-*]}"));
        on(bench).respond("a1");
        assertEquals(List.of("applied"), bench.states("a1"), bench.notes("a1"));
    }

    @Test
    void five_hundred_at_once_with_a_cap_of_three_act_three_times() throws Exception {
        ResponderFixture bench = new ResponderFixture(
                policy("mode: auto\nactions: [lambda:invoke: {function: f}]\ncap: {most: 3, within: 1h}"));
        AtomicInteger called = new AtomicInteger();
        Map<ActionKind, ActionHandler> remedies =
                Map.of(ActionKind.INVOKE_FUNCTION, new InvokeReceiver(_ -> String.valueOf(called.incrementAndGet())));
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 500; i++) {
                String incident = "i" + i;
                threads.submit(() -> bench.process(remedies, CrashPoint.none()).respond(incident));
            }
        }
        assertEquals(3, called.get());
        Map<String, Integer> states = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            states.merge(bench.states("i" + i).getFirst(), 1, Integer::sum);
        }
        assertEquals(Map.of("applied", 3, "waiting", 497), states);
        bench.pass(Duration.ofHours(1));
        bench.process(remedies, CrashPoint.none()).respond("later");
        assertEquals(List.of("applied"), bench.states("later"));
    }

    @Test
    void the_same_incident_many_times_at_once_is_one_plan_done_once() throws Exception {
        ResponderFixture bench = new ResponderFixture(policy("mode: auto\nactions: [lambda:invoke: {function: f}]"));
        AtomicInteger called = new AtomicInteger();
        Map<ActionKind, ActionHandler> remedies =
                Map.of(ActionKind.INVOKE_FUNCTION, new InvokeReceiver(_ -> String.valueOf(called.incrementAndGet())));
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 200; i++) {
                threads.submit(() -> bench.process(remedies, CrashPoint.none()).respond("a1"));
            }
        }
        assertEquals(List.of("applied"), bench.states("a1"));
        assertEquals(1, called.get());
    }

    @Test
    void a_call_that_was_interrupted_is_not_repeated() {
        for (int calls = 0; calls < 60; calls++) {
            for (boolean afterEffect : List.of(true, false)) {
                ResponderFixture bench =
                        new ResponderFixture(policy("mode: auto\nactions: [lambda:invoke: {function: f}]"));
                AtomicInteger called = new AtomicInteger();
                CrashPoint fuse = new CrashPoint(calls, afterEffect);
                try {
                    bench.process(receiver(called, fuse), fuse).respond("a1");
                } catch (CrashPoint.Crash e) {
                    // That was the point.
                }
                bench.pass(Duration.ofMinutes(5));
                PlannedResponder next = bench.process(receiver(called, CrashPoint.none()), CrashPoint.none());
                bench.sweep(next);
                next.respond("a1");
                String state = bench.states("a1").getFirst();
                assertTrue(called.get() <= 1, "called " + called + " times");
                assertTrue(called.get() == 1 && state.equals("applied") || state.equals("uncertain"), state);
            }
        }
    }

    private static Map<ActionKind, ActionHandler> receiver(AtomicInteger called, CrashPoint fuse) {
        return Map.of(
                ActionKind.INVOKE_FUNCTION,
                new InvokeReceiver(_ -> fuse.pass(() -> String.valueOf(called.incrementAndGet()))));
    }

    @Test
    void failures_in_a_row_break_the_circuit_until_an_approved_step_succeeds() {
        ResponderFixture bench = new ResponderFixture(policy("mode: auto\nactions: [ec2:stop]\ncap: {most: 100}"));
        ec2.denied.add("StopInstance");
        PlannedResponder responder = on(bench);
        for (int i = 0; i < 5; i++) {
            responder.respond("f" + i);
            assertEquals(List.of("failed"), bench.states("f" + i));
        }
        ec2.denied.clear();
        responder.respond("a1");
        assertEquals(List.of("waiting"), bench.states("a1"));
        responder.approve("a1", bench.planId("a1"), "ann");
        bench.answerBells(responder);
        assertEquals(List.of("applied"), bench.states("a1"));
        ec2.write(new Write.StartInstance(INSTANCE));
        responder.respond("b1");
        assertEquals(List.of("applied"), bench.states("b1"));
    }

    @Test
    void what_fails_for_now_is_tried_again() {
        ResponderFixture bench = new ResponderFixture(policy("mode: auto\ntime_limit: 1h\nactions: [ec2:stop]"));
        PlannedResponder responder = on(bench);
        responder.respond("a1");
        ec2.instances.computeIfPresent(
                INSTANCE,
                (id, old) -> new Instance(
                        id, old.arn(), "stopping", false, null, old.tags(), old.volumes(), old.metadata()));
        bench.pass(Duration.ofHours(1));
        bench.sweep(responder);
        assertEquals(List.of("releasing"), bench.states("a1"));
        ec2.write(new Write.StopInstance(INSTANCE));
        bench.pass(Duration.ofMinutes(1));
        bench.sweep(responder);
        assertEquals(List.of("released"), bench.states("a1"));
        assertEquals(
                "running", Objects.requireNonNull(ec2.instances.get(INSTANCE)).state());
    }

    @Test
    void an_incident_that_grows_gets_further_steps_and_its_plan_another_id() {
        ResponderFixture bench = new ResponderFixture(policy("mode: approve\nactions: [ec2:stop]")
                + "- policy: Q\n  desc: D\n  match: {condition: incident.count > 10}\n  mode: approve\n"
                + "  actions: [ec2:isolate]\n");
        PlannedResponder responder = on(bench);
        responder.respond("a1");
        String first = bench.planId("a1");
        assertEquals(List.of("waiting"), bench.states("a1"));
        bench.count = 11;
        responder.respond("a1");
        assertEquals(List.of("waiting", "waiting"), bench.states("a1"));
        assertInstanceOf(ApprovalOutcome.Refused.class, responder.approve("a1", first, "ann"));
        bench.open = false;
        responder.respond("c1");
        assertThrows(NoSuchElementException.class, () -> bench.plan("c1"), "a closed incident gets no plan");
    }

    @Test
    void a_target_that_cannot_be_read_is_not_touched() {
        ec2.instances.clear();
        ResponderFixture bench = new ResponderFixture(policy(AUTO));
        on(bench).respond("a1");
        assertEquals(List.of("skipped"), bench.states("a1"));
    }
}
