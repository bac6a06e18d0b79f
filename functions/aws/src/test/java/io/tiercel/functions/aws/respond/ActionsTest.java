package io.tiercel.functions.aws.respond;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.cloud.Ec2Client;
import io.tiercel.functions.cloud.FleetApi;
import io.tiercel.functions.cloud.IamClient;
import io.tiercel.functions.cloud.JsonApi;
import io.tiercel.functions.cloud.QueryProtocolClient.Parameters;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.AuditedCalls;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.Ec2Api.Protection;
import io.tiercel.functions.respond.ec2.Fleet;
import io.tiercel.functions.respond.ec2.IsolateInstance;
import io.tiercel.functions.respond.ec2.LockDownImds;
import io.tiercel.functions.respond.ec2.PreserveInstance;
import io.tiercel.functions.respond.ec2.StopInstance;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.iam.RevokeSessions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The actions on AWS, against moto: which calls are made in which order, what is there in the end, and after the way back. */
class ActionsTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

    private static Moto moto;
    private Account account;
    private Ec2Api ec2;
    private Fleet fleet;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.startOrSkip();
    }

    @BeforeEach
    void enter() {
        account = new Account(moto);
        ec2 = new Ec2Client(account.http);
        fleet = new FleetApi(account.http);
    }

    @AfterAll
    static void stop() throws Exception {
        if (moto != null) {
            moto.close();
        }
    }

    private static ActionContext work(ActionKind kind, String instance, Map<String, String> params) {
        return new ActionContext(
                "4f2a",
                "4f2a-" + kind.ordinal(),
                new Target(Target.Kind.INSTANCE, instance),
                ActionParameters.of(kind, params),
                "{}",
                null,
                new AuditedCalls() {
                    @Override
                    public <T> T call(String what, Supplier<T> call) {
                        return call.get();
                    }
                });
    }

    /** What was written, without the reading in between. */
    private List<String> writes() {
        return account.calls.stream()
                .filter(call -> !call.startsWith("Describe") && !call.startsWith("Get") && !call.startsWith("List"))
                .toList();
    }

    @Test
    void every_interface_of_an_instance_is_isolated_and_released() {
        String one = account.group("one");
        String two = account.group("two");
        String instance = account.instance(List.of(one, two));
        String trunk = ec2.attachedTo(instance).getFirst().id();
        String second = account.networkInterface(List.of(two), Map.of());
        account.attach(second, instance, 1);
        String third = account.networkInterface(List.of(one), Map.of());
        account.attach(third, instance, 2);
        Map<String, String> branch = Map.of(
                "vpcresources.k8s.aws/trunk-eni-id", trunk, "vpcresources.k8s.aws/vlan-id", "1", "eks:eni:owner", "x");
        String firstBranch = account.networkInterface(List.of(one), branch);
        String secondBranch = account.networkInterface(List.of(one, two), branch);
        String foreign = account.networkInterface(
                List.of(one), Map.of("vpcresources.k8s.aws/trunk-eni-id", "eni-00000000000000000"));
        Map<String, List<String>> before = account.groups();
        ActionContext work = work(ActionKind.ISOLATE_INSTANCE, instance, Map.of());
        ActionHandler isolate = new IsolateInstance(ec2);

        account.calls.clear();
        String preview = String.join("\n", isolate.preview(work));
        for (String id : List.of(trunk, second, third, firstBranch, secondBranch)) {
            assertTrue(preview.contains(id + ": ModifyNetworkInterfaceAttribute would succeed"), preview);
        }
        assertTrue(preview.contains("CreateSecurityGroup would succeed"), preview);
        assertEquals(before, account.groups(), "dry runs change nothing");

        CapturedState captured = isolate.capture(work);
        account.calls.clear();
        assertEquals(
                ActionResult.Result.DONE, isolate.apply(work, captured.prior()).result());
        assertEquals(
                List.of(
                        "CreateSecurityGroup",
                        "RevokeSecurityGroupEgress",
                        "CreateSecurityGroup",
                        "AuthorizeSecurityGroupIngress",
                        "AuthorizeSecurityGroupIngress",
                        "ModifyNetworkInterfaceAttribute",
                        "ModifyNetworkInterfaceAttribute",
                        "ModifyNetworkInterfaceAttribute",
                        "ModifyNetworkInterfaceAttribute",
                        "ModifyNetworkInterfaceAttribute",
                        "ModifyNetworkInterfaceAttribute",
                        "ModifyNetworkInterfaceAttribute",
                        "ModifyNetworkInterfaceAttribute",
                        "ModifyNetworkInterfaceAttribute",
                        "ModifyNetworkInterfaceAttribute"),
                writes().stream()
                        .filter(call -> !call.equals("AuthorizeSecurityGroupEgress"))
                        .toList());
        String closed = ec2.group(account.vpc, "tiercel-quarantine").orElseThrow();
        assertEquals(List.of(), ec2.rules(closed), "neither IPv4 nor IPv6, neither in nor out");
        for (String id : List.of(trunk, second, third, firstBranch, secondBranch)) {
            assertEquals(List.of(closed), account.groups().get(id));
        }
        assertEquals(List.of(one), account.groups().get(foreign));

        account.calls.clear();
        assertEquals(
                ActionResult.Result.DONE, isolate.apply(work, captured.prior()).result());
        assertEquals(List.of(), writes(), "nothing is done twice");

        assertEquals(
                ActionResult.Result.DONE,
                isolate.release(work, captured.prior()).result());
        assertEquals(before, account.groups());
    }

    @Test
    void an_interface_that_somebody_has_moved_stays_where_it_is() {
        String own = account.group("own");
        String other = account.group("other");
        String instance = account.instance(List.of(own));
        ActionContext work = work(ActionKind.ISOLATE_INSTANCE, instance, Map.of("cut_tracked", "false"));
        ActionHandler isolate = new IsolateInstance(ec2);
        CapturedState captured = isolate.capture(work);
        isolate.apply(work, captured.prior());
        String moved = ec2.attachedTo(instance).getFirst().id();
        ec2.write(new Ec2Api.Write.SetGroups(moved, List.of(other)));
        ActionResult released = isolate.release(work, captured.prior());
        assertEquals(ActionResult.Result.PARTIAL, released.result());
        assertTrue(released.notes().getFirst().contains(moved + " is left as it is"), released.toString());
        assertEquals(List.of(other), account.groups().get(moved));
    }

    @Test
    void an_instance_is_preserved_with_its_volumes_and_out_of_its_groups() {
        account.scaling(
                "CreateLaunchConfiguration",
                new Parameters()
                        .put("LaunchConfigurationName", "lc")
                        .put("ImageId", "ami-12345678")
                        .put("InstanceType", "m5.large"));
        account.scaling(
                "CreateAutoScalingGroup",
                new Parameters()
                        .put("AutoScalingGroupName", "web")
                        .put("LaunchConfigurationName", "lc")
                        .put("MinSize", "1")
                        .put("MaxSize", "3")
                        .put("DesiredCapacity", "1")
                        .put("VPCZoneIdentifier", account.subnet));
        String instance = account.scaling("DescribeAutoScalingInstances", new Parameters())
                .needed("DescribeAutoScalingInstancesResult/AutoScalingInstances/member/InstanceId");
        String targets = account.balancing(
                        "CreateTargetGroup",
                        new Parameters()
                                .put("Name", "web")
                                .put("Protocol", "HTTP")
                                .put("Port", "8080")
                                .put("VpcId", account.vpc))
                .needed("CreateTargetGroupResult/TargetGroups/member/TargetGroupArn");
        fleet.write(new Fleet.Write.Register(instance, new Fleet.Registration(targets, 8080)));
        account.bucket("evidence");
        ActionHandler preserve =
                new PreserveInstance(ec2, fleet, new JsonApi(account.http).bucket("evidence", "tiercel/"), CLOCK);
        ActionContext work = work(ActionKind.PRESERVE_INSTANCE, instance, Map.of());

        assertTrue(String.join("\n", preserve.preview(work)).contains("DisableApiTermination would succeed"));
        CapturedState captured = preserve.capture(work);
        ActionResult outcome = preserve.apply(work, captured.prior());
        assertEquals(ActionResult.Result.DONE, outcome.result(), outcome.toString());
        assertTrue(ec2.protectedFrom(instance, Protection.TERMINATION));
        assertTrue(ec2.protectedFrom(instance, Protection.STOP));
        assertTrue(
                ec2.instance(instance).orElseThrow().volumes().stream().noneMatch(Ec2Api.Volume::deletedOnTermination));
        assertTrue(fleet.membership(instance).isEmpty());
        assertEquals(List.of(), fleet.registrations(instance));
        assertEquals(1, ec2.snapshots("tiercel-step", work.stepId()).size());
        assertTrue(
                outcome.notes().stream()
                        .anyMatch(note -> note.contains("manifest s3://evidence/tiercel/incidents/4f2a/")),
                outcome.toString());

        account.calls.clear();
        preserve.apply(work, captured.prior());
        assertEquals(List.of("PUT"), writes(), "only the manifest is written again");

        ActionResult released = preserve.release(work, captured.prior());
        assertEquals(ActionResult.Result.DONE, released.result(), released.toString());
        assertFalse(ec2.protectedFrom(instance, Protection.TERMINATION));
        assertFalse(ec2.protectedFrom(instance, Protection.STOP));
        assertEquals("web", fleet.membership(instance).orElseThrow().group());
        assertEquals(List.of(new Fleet.Registration(targets, 8080)), fleet.registrations(instance));
        assertEquals(1, ec2.snapshots("tiercel-step", work.stepId()).size(), "evidence is kept");
    }

    @Test
    void an_instance_is_stopped_and_its_metadata_service_switched_off() {
        String instance = account.instance(List.of(account.group("stopped")));
        Ec2Api.Metadata before = ec2.instance(instance).orElseThrow().metadata();
        ActionContext lock = work(ActionKind.LOCK_IMDS, instance, Map.of());
        ActionHandler imds = new LockDownImds(ec2);
        assertTrue(
                imds.preview(lock).getFirst().contains("would succeed"),
                imds.preview(lock).toString());
        CapturedState locked = imds.capture(lock);
        assertEquals(ActionResult.Result.DONE, imds.apply(lock, locked.prior()).result());
        assertEquals("disabled", ec2.instance(instance).orElseThrow().metadata().endpoint());
        assertEquals(
                ActionResult.Result.DONE, imds.release(lock, locked.prior()).result());
        assertEquals(before, ec2.instance(instance).orElseThrow().metadata());

        ActionContext halt = work(ActionKind.STOP_INSTANCE, instance, Map.of());
        ActionHandler stop = new StopInstance(ec2);
        assertTrue(
                stop.preview(halt).getFirst().contains("would succeed"),
                stop.preview(halt).toString());
        CapturedState stopped = stop.capture(halt);
        assertEquals(ActionResult.Result.DONE, stop.apply(halt, stopped.prior()).result());
        assertTrue(ec2.instance(instance).orElseThrow().state().startsWith("stopp"));
        assertEquals(
                ActionResult.Result.DONE, stop.release(halt, stopped.prior()).result());
    }

    @Test
    void sessions_of_an_instance_are_denied_by_a_policy_of_its_own() throws Exception {
        account.iam(
                "CreateRole",
                new Parameters()
                        .put("RoleName", "node")
                        .put("AssumeRolePolicyDocument", "{\"Version\":\"2012-10-17\"}"));
        account.iam("CreateInstanceProfile", new Parameters().put("InstanceProfileName", "node"));
        account.iam(
                "AddRoleToInstanceProfile",
                new Parameters().put("InstanceProfileName", "node").put("RoleName", "node"));
        String instance = account.instance(List.of(account.group("roles")));
        account.ec2(
                "AssociateIamInstanceProfile",
                new Parameters().put("InstanceId", instance).put("IamInstanceProfile.Name", "node"));
        IamClient roles = new IamClient(account.http);
        ActionHandler revoke = new RevokeSessions(ec2, roles, CLOCK);
        ActionContext work = work(ActionKind.REVOKE_SESSIONS, instance, Map.of());
        CapturedState captured = revoke.capture(work);
        assertEquals("node", captured.facts().role());
        ActionResult outcome = revoke.apply(work, captured.prior());
        assertEquals(ActionResult.Result.DONE, outcome.result(), outcome.toString());
        JsonMapper json = JsonMapper.builder().build();
        assertEquals(
                json.readTree("""
                        {"Version":"2012-10-17","Statement":[{"Sid":"TiercelContainment","Effect":"Deny","Action":"*",
                         "Resource":"*","Condition":{"ArnEquals":{"ec2:SourceInstanceARN":
                         "arn:aws:ec2:eu-west-1:123456789012:instance/%s"}}}]}""".formatted(instance)),
                json.readTree(roles.inlinePolicies("node").get("tiercel-" + work.stepId())));
        account.calls.clear();
        revoke.apply(work, captured.prior());
        assertEquals(List.of(), writes());
        assertEquals(
                ActionResult.Result.DONE, revoke.release(work, captured.prior()).result());
        assertEquals(Map.of(), roles.inlinePolicies("node"));

        ActionContext whole = work(ActionKind.REVOKE_SESSIONS, instance, Map.of("scope", "instance-role"));
        assertTrue(ActionKind.REVOKE_SESSIONS.alwaysApproved(whole.params()));
        String preview = String.join("\n", revoke.preview(whole));
        assertTrue(preview.contains("{\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-03-01T12:00:00Z\"}}"), preview);
        assertTrue(preview.contains("no other instance has this role"), preview);
    }

    @Test
    void a_kill_switch_is_off_only_where_it_says_so() {
        KillSwitch missing = new JsonApi(account.http).killSwitch("/tiercel/none");
        assertTrue(missing.stops());
        account.parameter("/tiercel/kill", "off");
        KillSwitch present = new JsonApi(account.http).killSwitch("/tiercel/kill");
        assertFalse(present.stops());
        account.parameter("/tiercel/kill", "on");
        assertTrue(present.stops());
    }

    @Test
    void what_is_not_there_is_absent_and_not_a_failure() {
        assertTrue(ec2.instance("i-0123456789abcdef0").isEmpty());
        assertTrue(ec2.networkInterface("eni-0123456789abcdef0").isEmpty());
        assertTrue(new IamClient(account.http).role("nobody").isEmpty());
        ActionContext work = work(ActionKind.ISOLATE_INSTANCE, "i-0123456789abcdef0", Map.of());
        ActionException failed = assertThrows(ActionException.class, () -> new IsolateInstance(ec2).capture(work));
        assertEquals(ActionException.Kind.ABSENT, failed.kind());
    }
}
