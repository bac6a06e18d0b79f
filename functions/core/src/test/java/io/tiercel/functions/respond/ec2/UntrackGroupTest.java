package io.tiercel.functions.respond.ec2;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.SoleHolder;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.functions.respond.plan.ActionContexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the life of the group that allows all traffic: it exists only while interfaces pass through it. */
@Tag("unit")
class UntrackGroupTest {
    private static final String NAME = "vpc-a/tiercel-untrack";
    private static final ActionContext CONTEXT = ActionContexts.of(
            ActionKind.ISOLATE_INSTANCE,
            new Target(Target.Kind.INSTANCE, INSTANCE),
            Map.of("cut_tracked", "always"),
            null);

    private final FakeEc2Api ec2 = new FakeEc2Api();
    private final IsolateInstance isolate = new IsolateInstance(ec2, ec2.pause());

    UntrackGroupTest() {
        ec2.addInstance(FakeEc2Api.running(INSTANCE));
        ec2.attach(INSTANCE, new NetworkInterface("eni-0", "vpc-a", "interface", List.of("sg-1", "sg-2"), List.of()));
        ec2.attach(INSTANCE, new NetworkInterface("eni-1", "vpc-a", "interface", List.of("sg-3"), List.of()));
    }

    private ActionResult apply() {
        return isolate.apply(CONTEXT, SoleHolder.of(isolate.capture(CONTEXT)));
    }

    @Test
    void a_group_that_another_step_deletes_is_created_again() {
        List<String> deleted = new ArrayList<>();
        ec2.concurrently = write -> {
            if (write instanceof Write.SetSecurityGroups && deleted.isEmpty()) {
                deleted.add(String.valueOf(ec2.groups.remove(NAME)));
            }
        };
        assertEquals(ActionResult.Status.DONE, apply().status());
        assertEquals(1, deleted.size());
        assertFalse(ec2.groups.containsKey(NAME));
    }

    @Test
    void a_group_that_another_interface_uses_remains_until_it_is_free() {
        SoleHolder prior = SoleHolder.of(isolate.capture(CONTEXT));
        ec2.concurrently = write -> {
            if (write instanceof Write.DeleteSecurityGroup delete) {
                ec2.interfaces.put(
                        "eni-x",
                        new NetworkInterface("eni-x", "vpc-a", "interface", List.of(delete.groupId()), List.of()));
            }
        };
        assertEquals(ActionResult.Status.DONE, isolate.apply(CONTEXT, prior).status());
        assertTrue(ec2.groups.containsKey(NAME));
        ec2.concurrently = write -> {};
        ec2.interfaces.remove("eni-x");
        ActionResult released = isolate.release(CONTEXT, prior);
        assertEquals(ActionResult.Status.DONE, released.status());
        assertEquals(
                List.of("2 of 2 interfaces have their own security groups again or no longer exist"), released.notes());
        assertFalse(ec2.groups.containsKey(NAME));
    }

    @Test
    void a_group_of_that_name_without_the_tag_is_not_deleted() {
        ec2.groups.put(NAME, "sg-foreign");
        ec2.rules.put("sg-foreign", new ArrayList<>());
        assertEquals(ActionResult.Status.DONE, apply().status());
        assertEquals("sg-foreign", ec2.groups.get(NAME));
    }

    @Test
    void a_group_that_cannot_be_deleted_is_named() {
        ec2.denied.add("DeleteSecurityGroup");
        ActionResult result = apply();
        assertEquals(ActionResult.Status.DONE, result.status());
        assertTrue(
                result.notes().stream()
                        .anyMatch(note ->
                                note.startsWith("the group tiercel-untrack of vpc-a, which allows all traffic")),
                result.toString());
    }

    @Test
    void a_repeated_attempt_does_not_create_the_group() {
        SoleHolder prior = SoleHolder.of(isolate.capture(CONTEXT));
        isolate.apply(CONTEXT, prior);
        ec2.writes.clear();
        isolate.apply(CONTEXT, prior);
        assertEquals(List.of(), ec2.writes);
        assertEquals(
                List.of(
                        "gives eni-0 its security groups [sg-1, sg-2] back",
                        "gives eni-1 its security groups [sg-3] back"),
                isolate.previewRelease(CONTEXT, prior));
    }
}
