package io.tiercel.functions.respond.ec2;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.AuditedCalls;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.SoleHolder;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2Api.SecurityGroupRule;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.functions.respond.ec2.FakeEc2Api.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the moves of network interfaces one by one: the hop, its failures, and what other clients change. */
@Tag("unit")
class IsolateInstanceTest {
    private static final String IPV4 = "10.0.0.7";
    private static final String IPV6 = "2001:db8::7";

    private final FakeEc2Api ec2 = new FakeEc2Api();
    private final IsolateInstance isolate = new IsolateInstance(ec2, ec2.pause());
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

    /** Audit entries, stored intents and EC2 writes in their order. */
    private final List<String> events = new ArrayList<>();

    private boolean restoreDrift;

    IsolateInstanceTest() {
        ec2.addInstance(FakeEc2Api.running(INSTANCE));
        attach("eni-0", List.of("sg-1", "sg-2"));
        ec2.pauses = time -> now.updateAndGet(instant -> instant.plus(time));
        ec2.concurrently = write -> events.add(write.toString());
    }

    private void attach(String id, List<String> groups) {
        ec2.attach(INSTANCE, new NetworkInterface(id, "vpc-a", "interface", groups, List.of(IPV4)));
    }

    private ActionContext context(String cutTracked) {
        return new ActionContext(
                "4f2a",
                "4f2a-0",
                new Target(Target.Kind.INSTANCE, INSTANCE),
                ActionParameters.withDefaults(ActionKind.ISOLATE_INSTANCE, Map.of("cut_tracked", cutTracked)),
                "{}",
                null,
                new AuditedCalls() {
                    @Override
                    public <T> T call(String description, Supplier<T> call) {
                        events.add("audit " + description);
                        try {
                            T result = call.get();
                            events.add("audit done");
                            return result;
                        } catch (ActionException e) {
                            events.add("audit " + e.getMessage());
                            throw e;
                        }
                    }
                },
                Deadline.after(Duration.ofSeconds(45), now::get),
                _ -> null,
                restoreDrift);
    }

    /** Holds parts as the given holder does, and records when intents are stored. */
    private HeldParts observed(SoleHolder holder) {
        return new HeldParts() {
            @Override
            public List<HeldPart> all() {
                return holder.all();
            }

            @Override
            public void record(String key, String written, boolean exposed) {
                events.add("record " + key + " exposed=" + exposed);
                holder.record(key, written, exposed);
            }
        };
    }

    /** Holds parts that another incident holds too. */
    private static HeldParts shared(SoleHolder holder) {
        return new HeldParts() {
            @Override
            public List<HeldPart> all() {
                return holder.all().stream()
                        .map(part -> new HeldPart(
                                part.key(),
                                part.prior(),
                                part.written(),
                                part.request(),
                                List.of(CapturedPart.NO_PARAMETERS)))
                        .toList();
            }

            @Override
            public void record(String key, String written, boolean exposed) {
                holder.record(key, written, exposed);
            }
        };
    }

    private SoleHolder capture() {
        return SoleHolder.of(isolate.capture(context("auto")));
    }

    private List<String> groupsOf(String id) {
        return Objects.requireNonNull(ec2.interfaces.get(id)).groups();
    }

    private List<String> quarantine() {
        return List.of(ec2.groups.get("vpc-a/tiercel-quarantine"));
    }

    private static Write.SetSecurityGroups setOf(Write write) {
        return write instanceof Write.SetSecurityGroups set ? set : new Write.SetSecurityGroups("", List.of());
    }

    /** Makes moves of an interface into the quarantine group fail. */
    private void failClosing(Fault fault) {
        ec2.faults = call -> call.write() != null
                        && setOf(call.write())
                                .groups()
                                .equals(List.of(String.valueOf(ec2.groups.get("vpc-a/tiercel-quarantine"))))
                ? fault
                : Fault.NONE;
    }

    @Test
    void nothing_happens_between_the_two_moves() {
        isolate.apply(context("always"), observed(capture()));
        String untrack = "audit ec2 move eni-0 from [sg-1, sg-2] through ";
        int start = -1;
        for (int i = 0; i < events.size(); i++) {
            start = events.get(i).startsWith(untrack) ? i : start;
        }
        assertEquals("record interface/eni-0 exposed=true", events.get(start - 1));
        assertTrue(events.get(start + 1).startsWith("SetSecurityGroups"), events.toString());
        assertTrue(events.get(start + 2).startsWith("SetSecurityGroups"), events.toString());
        assertEquals("audit done", events.get(start + 3));
        assertEquals("record interface/eni-0 exposed=false", events.get(start + 4));
    }

    @ParameterizedTest
    @CsvSource({
        "auto,   0.0.0.0/0,              false, true",
        "auto,   10.0.0.0/8,             false, false",
        "auto,   0.0.0.0/0,              true,  false",
        "auto,   0.0.0.0/0 ::/0,         true,  true",
        "auto,   '',                     false, false",
        "always, '',                     false, true",
        "never,  0.0.0.0/0 ::/0,         true,  false"
    })
    void an_interface_passes_through_the_open_group_only_if_it_is_open_already(
            String cutTracked, String ranges, boolean ipv6, boolean passes) {
        ec2.interfaces.put(
                "eni-0",
                new NetworkInterface(
                        "eni-0",
                        "vpc-a",
                        "interface",
                        List.of("sg-1", "sg-2"),
                        ipv6 ? List.of(IPV4, IPV6) : List.of(IPV4)));
        List<SecurityGroupRule> rules = new ArrayList<>();
        rules.add(new SecurityGroupRule("r-out", true, "-1", "::/0"));
        rules.add(new SecurityGroupRule("r-tcp", false, "tcp", "0.0.0.0/0"));
        for (String range : List.of(ranges.split(" ", -1))) {
            rules.add(new SecurityGroupRule("r" + range, false, "-1", range));
        }
        ec2.rules.put("sg-2", rules);
        String preview = String.join("\n", isolate.preview(context(cutTracked)));
        assertEquals(passes, preview.contains("passing through tiercel-untrack"), preview);
        SoleHolder holder = capture();
        ActionResult result = isolate.apply(context(cutTracked), holder);
        assertEquals(ActionResult.Status.DONE, result.status(), result.toString());
        assertEquals(quarantine(), groupsOf("eni-0"));
        String notes = String.join("\n", result.notes());
        assertEquals(passes, notes.contains("1 of 1 passed through tiercel-untrack, which ended the tracking"), notes);
        assertEquals(!passes, notes.contains("cut_tracked: always ends them"), notes);
        ActionResult repeated = isolate.apply(context(cutTracked), holder);
        assertEquals(result.notes(), repeated.notes(), "a repeated attempt knows how the interface was moved");
    }

    @Test
    void an_interface_that_cannot_be_closed_is_put_back_before_the_deadline_and_isolated_later() {
        SoleHolder holder = capture();
        failClosing(Fault.THROTTLED);
        ActionContext context = context("always");
        ActionException failure = assertThrows(ActionException.class, () -> isolate.apply(context, holder));
        assertEquals(ActionException.Kind.RETRYABLE, failure.kind());
        assertTrue(
                failure.getMessage().contains("its security groups [sg-1, sg-2] are restored"), failure.getMessage());
        assertEquals(List.of("sg-1", "sg-2"), groupsOf("eni-0"));
        assertTrue(holder.exposed.isEmpty());
        assertFalse(context.deadline().passed());
        assertTrue(context.deadline().remaining().compareTo(Duration.ofSeconds(16)) < 0, "it is retried for long");
        ec2.faults = call -> Fault.NONE;
        assertEquals(
                ActionResult.Status.DONE,
                isolate.apply(context("always"), holder).status());
        assertEquals(quarantine(), groupsOf("eni-0"));
    }

    @Test
    void an_interface_that_can_neither_be_closed_nor_put_back_stays_recorded_as_exposed() {
        SoleHolder holder = capture();
        ec2.faults = call -> call.write() != null
                        && setOf(call.write()).groups().size() > 0
                        && ec2.openInterfaces().contains("eni-0")
                ? Fault.SERVER_ERROR
                : Fault.NONE;
        ActionException failure = assertThrows(ActionException.class, () -> isolate.apply(context("always"), holder));
        assertEquals(ActionException.Kind.RETRYABLE, failure.kind());
        assertTrue(failure.getMessage().contains("OPEN TO ALL TRAFFIC"), failure.getMessage());
        assertEquals(1, ec2.openInterfaces().size());
        assertEquals(1, holder.exposed.size());
        ec2.faults = call -> Fault.NONE;
        ec2.writes.clear();
        isolate.apply(context("always"), holder);
        assertEquals(new Write.SetSecurityGroups("eni-0", quarantine()), ec2.writes.getFirst());
        assertTrue(holder.exposed.isEmpty());
        assertEquals(quarantine(), groupsOf("eni-0"));
    }

    @Test
    void a_denied_second_move_is_put_back_at_once() {
        SoleHolder holder = capture();
        failClosing(Fault.DENIED);
        ActionContext context = context("always");
        ActionResult result = isolate.apply(context, holder);
        assertEquals(ActionResult.Status.FAILED, result.status());
        assertTrue(result.notes().getFirst().contains("are restored"), result.toString());
        assertEquals(List.of("sg-1", "sg-2"), groupsOf("eni-0"));
        assertTrue(context.deadline().remaining().compareTo(Duration.ofSeconds(30)) > 0);
    }

    @Test
    void open_interfaces_are_closed_before_any_other_work_even_by_a_release() {
        attach("eni-1", List.of("sg-3"));
        attach("eni-2", List.of("sg-4"));
        for (boolean release : new boolean[] {false, true}) {
            SoleHolder holder = capture();
            ec2.faults = call -> ec2.openInterfaces().contains("eni-1") ? Fault.TIMED_OUT : Fault.NONE;
            assertThrows(ActionException.class, () -> isolate.apply(context("always"), holder));
            assertEquals(1, ec2.openInterfaces().size());
            ec2.faults = call -> Fault.NONE;
            attach("eni-0", List.of("sg-1", "sg-2"));
            ec2.writes.clear();
            var _ = release ? isolate.release(context("always"), holder) : isolate.apply(context("always"), holder);
            assertEquals(new Write.SetSecurityGroups("eni-1", quarantine()), ec2.writes.getFirst());
            isolate.release(context("always"), holder);
            assertEquals(List.of("sg-3"), groupsOf("eni-1"));
        }
    }

    @Test
    void one_interface_that_fails_does_not_keep_the_others_from_isolation() {
        attach("eni-1", List.of("sg-3"));
        ec2.attach(INSTANCE, new NetworkInterface("eni-2", "vpc-b", "interface", List.of("sg-4"), List.of()));
        ec2.denied.add("interfaceId=eni-0");
        ec2.denied.add("vpc=vpc-b");
        ActionResult result = isolate.apply(context("auto"), capture());
        assertEquals(ActionResult.Status.PARTIAL, result.status());
        assertEquals(
                List.of(
                        "eni-2 is not isolated: UnauthorizedOperation",
                        "eni-0 is not isolated: UnauthorizedOperation",
                        "1 of 3 interfaces are in quarantine"),
                result.notes().subList(0, 3));
        assertEquals(quarantine(), groupsOf("eni-1"));
    }

    @Test
    void the_default_rules_of_a_new_quarantine_group_are_removed_although_they_are_listed_late() {
        ec2.ruleLag = 1000;
        isolate.apply(context("auto"), capture());
        assertEquals(List.of(), ec2.rules.get(quarantine().getFirst()));
    }

    @Test
    void a_new_group_that_is_not_found_everywhere_yet_is_tried_again_at_once() {
        List<String> missed = new ArrayList<>();
        ec2.faults = call -> {
            if (call.write() instanceof Write.RevokeAllowAll && missed.size() < 3) {
                missed.add(call.name());
                return Fault.NOT_FOUND;
            }
            return Fault.NONE;
        };
        assertEquals(
                ActionResult.Status.DONE,
                isolate.apply(context("auto"), capture()).status());
        assertEquals(3, missed.size());
    }

    @Test
    void rules_that_a_quarantine_group_receives_during_the_isolation_are_removed() {
        List<String> added = new ArrayList<>();
        ec2.concurrently = write -> {
            if (setOf(write).groups().size() == 1 && added.isEmpty()) {
                added.add("once");
                Objects.requireNonNull(ec2.rules.get(setOf(write).groups().getFirst()))
                        .add(new SecurityGroupRule("r-late", true, "-1", "0.0.0.0/0"));
            }
        };
        assertEquals(
                ActionResult.Status.DONE,
                isolate.apply(context("auto"), capture()).status());
        assertEquals(1, added.size());
        assertEquals(List.of(), ec2.rules.get(quarantine().getFirst()));
    }

    @Test
    void prior_groups_that_were_deleted_leave_the_interface_in_quarantine() {
        SoleHolder holder = capture();
        isolate.apply(context("auto"), holder);
        ec2.otherGroups.remove("sg-2");
        ActionResult result = isolate.release(context("auto"), holder);
        assertEquals(ActionResult.Status.PARTIAL, result.status());
        assertEquals(
                "eni-0 not restored to the security groups [sg-1, sg-2]: they no longer exist, so it stays in quarantine",
                result.notes().getFirst());
        assertEquals(quarantine(), groupsOf("eni-0"));
    }

    @Test
    void a_captured_state_with_groups_of_tiercel_is_marked() {
        SoleHolder holder = capture();
        assertNull(isolate.capture(context("auto")).parts().getFirst().ours());
        isolate.apply(context("auto"), holder);
        CapturedState captured = isolate.capture(context("auto"));
        String ours = String.valueOf(captured.parts().getFirst().ours());
        assertTrue(ours.startsWith("eni-0 is in a security group of Tiercel"), ours);
    }

    @Test
    void groups_that_another_client_set_are_left_or_restored() {
        ec2.otherGroups.add("sg-9");
        for (boolean restore : new boolean[] {false, true}) {
            SoleHolder holder = capture();
            isolate.apply(context("auto"), holder);
            ec2.write(new Write.SetSecurityGroups("eni-0", List.of("sg-9")));
            restoreDrift = restore;
            ActionResult result = isolate.release(context("auto"), holder);
            assertEquals(restore ? ActionResult.Status.DONE : ActionResult.Status.PARTIAL, result.status());
            assertTrue(result.notes().getFirst().contains("changed"), result.toString());
            assertTrue(result.notes().getFirst().contains("[sg-9]"), result.toString());
            assertEquals(restore ? List.of("sg-1", "sg-2") : List.of("sg-9"), groupsOf("eni-0"));
            ec2.write(new Write.SetSecurityGroups("eni-0", List.of("sg-1", "sg-2")));
        }
    }

    @Test
    void an_interface_that_was_never_changed_is_left_as_others_changed_it() {
        SoleHolder holder = capture();
        ec2.otherGroups.add("sg-9");
        ec2.write(new Write.SetSecurityGroups("eni-0", List.of("sg-9")));
        assertEquals(
                ActionResult.Status.DONE,
                isolate.release(context("auto"), holder).status());
        assertEquals(List.of("sg-9"), groupsOf("eni-0"));
    }

    @Test
    void an_interface_that_another_step_holds_stays_in_quarantine() {
        SoleHolder holder = capture();
        isolate.apply(context("auto"), holder);
        assertEquals(
                List.of("leaves eni-0 in quarantine, because other steps hold it too"),
                isolate.previewRelease(context("auto"), shared(holder)));
        assertEquals(
                ActionResult.Status.DONE,
                isolate.release(context("auto"), shared(holder)).status());
        assertEquals(quarantine(), groupsOf("eni-0"));
        isolate.release(context("auto"), holder);
        assertEquals(List.of("sg-1", "sg-2"), groupsOf("eni-0"));
    }

    @Test
    void a_second_step_isolates_what_another_client_has_opened_and_names_it() {
        SoleHolder holder = capture();
        isolate.apply(context("auto"), holder);
        ec2.otherGroups.add("sg-9");
        ec2.write(new Write.SetSecurityGroups("eni-0", List.of("sg-9")));
        ActionResult result = isolate.apply(context("auto"), shared(holder));
        assertEquals(quarantine(), groupsOf("eni-0"));
        assertTrue(String.join("\n", result.notes()).contains("changed the security groups of eni-0 to [sg-9]"));
        isolate.release(context("auto"), holder);
        assertEquals(List.of("sg-1", "sg-2"), groupsOf("eni-0"));
    }

    @Test
    void interfaces_that_are_attached_later_are_reported() {
        SoleHolder holder = capture();
        isolate.apply(context("auto"), holder);
        attach("eni-5", List.of("sg-3"));
        ActionResult result = isolate.apply(context("auto"), holder);
        assertEquals(ActionResult.Status.PARTIAL, result.status());
        assertTrue(result.notes().getFirst().startsWith("eni-5 is not isolated"), result.toString());
        assertEquals(2, isolate.capture(context("auto")).parts().size(), "the next incident holds it");
    }
}
