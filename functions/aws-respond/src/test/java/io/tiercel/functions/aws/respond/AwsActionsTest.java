package io.tiercel.functions.aws.respond;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.cloud.AwsAutoScalingApi;
import io.tiercel.functions.cloud.AwsEc2Api;
import io.tiercel.functions.cloud.AwsIamApi;
import io.tiercel.functions.cloud.AwsLoadBalancingApi;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.AuditedCalls;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.action.SoleHolder;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.ec2.AutoScalingApi;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.Ec2Api.Protection;
import io.tiercel.functions.respond.ec2.IsolateInstance;
import io.tiercel.functions.respond.ec2.LoadBalancingApi;
import io.tiercel.functions.respond.ec2.LoadBalancingApi.Registration;
import io.tiercel.functions.respond.ec2.LockDownImds;
import io.tiercel.functions.respond.ec2.PreserveInstance;
import io.tiercel.functions.respond.ec2.StopInstance;
import io.tiercel.functions.respond.iam.PodIdentityApi;
import io.tiercel.functions.respond.iam.RevokeSessions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the AWS actions against moto: the order of the calls, the result, and the state after a release. */
@Tag("packaged")
class AwsActionsTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

    private static Moto moto;
    private EmulatedAccount account;
    private Ec2Api ec2;
    private AutoScalingApi autoScaling;
    private LoadBalancingApi loadBalancing;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.startOrSkip();
    }

    @BeforeEach
    void createAccount() {
        account = new EmulatedAccount(moto);
        ec2 = new AwsEc2Api(account.connection);
        autoScaling = new AwsAutoScalingApi(account.connection);
        loadBalancing = new AwsLoadBalancingApi(account.connection);
    }

    @AfterAll
    static void stop() throws Exception {
        if (moto != null) {
            moto.close();
        }
    }

    private static ActionContext context(ActionKind kind, String instance, Map<String, String> params) {
        return new ActionContext(
                "4f2a",
                "4f2a-" + kind.ordinal(),
                new Target(Target.Kind.INSTANCE, instance),
                ActionParameters.withDefaults(kind, params),
                "{}",
                null,
                new AuditedCalls() {
                    @Override
                    public <T> T call(String description, Supplier<T> call) {
                        return call.get();
                    }
                },
                Deadline.after(Duration.ofMinutes(1), InstantSource.system()),
                _ -> null,
                false);
    }

    /** Returns the write calls. */
    private List<String> writes() {
        return account.calls.stream()
                .filter(call -> !call.startsWith("Describe") && !call.startsWith("Get") && !call.startsWith("List"))
                .toList();
    }

    @Test
    void every_interface_of_an_instance_is_isolated_and_released() {
        String firstGroup = account.group("one");
        String secondGroup = account.group("two");
        String instance = account.instance(List.of(firstGroup, secondGroup));
        String trunk = ec2.attachedInterfaces(instance).getFirst().id();
        String second = account.networkInterface(List.of(secondGroup), Map.of());
        account.attach(second, instance, 1);
        String third = account.networkInterface(List.of(firstGroup), Map.of());
        account.attach(third, instance, 2);
        Map<String, String> branch = Map.of(
                "vpcresources.k8s.aws/trunk-eni-id", trunk, "vpcresources.k8s.aws/vlan-id", "1", "eks:eni:owner", "x");
        String firstBranch = account.networkInterface(List.of(firstGroup), branch);
        String secondBranch = account.networkInterface(List.of(firstGroup, secondGroup), branch);
        String unrelated = account.networkInterface(
                List.of(firstGroup), Map.of("vpcresources.k8s.aws/trunk-eni-id", "eni-00000000000000000"));
        Map<String, List<String>> before = account.groups();
        ActionContext context = context(ActionKind.ISOLATE_INSTANCE, instance, Map.of("cut_tracked", "always"));
        ActionHandler isolate = new IsolateInstance(ec2);

        account.calls.clear();
        String preview = String.join("\n", isolate.preview(context));
        for (String id : List.of(trunk, second, third, firstBranch, secondBranch)) {
            assertTrue(preview.contains(id + ": ModifyNetworkInterfaceAttribute would succeed"), preview);
        }
        assertTrue(preview.contains("CreateSecurityGroup would succeed"), preview);
        assertEquals(before, account.groups(), "dry runs change nothing");

        SoleHolder captured = SoleHolder.of(isolate.capture(context));
        account.calls.clear();
        assertEquals(ActionResult.Status.DONE, isolate.apply(context, captured).status());
        assertEquals(
                List.of(
                        "CreateSecurityGroup",
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
                        "ModifyNetworkInterfaceAttribute",
                        "DeleteSecurityGroup"),
                writes().stream()
                        .filter(call -> !call.endsWith("SecurityGroupEgress"))
                        .toList());
        assertEquals(
                List.of("RevokeSecurityGroupEgress", "RevokeSecurityGroupEgress"),
                writes().subList(1, 3),
                "the default rules are revoked without waiting until they are listed");
        String quarantineGroup = ec2.securityGroup(account.vpc, "tiercel-quarantine")
                .orElseThrow()
                .id();
        assertEquals(
                List.of(),
                ec2.securityGroupRules(quarantineGroup),
                "the group allows no IPv4 or IPv6 traffic in either direction");
        for (String id : List.of(trunk, second, third, firstBranch, secondBranch)) {
            assertEquals(List.of(quarantineGroup), account.groups().get(id));
        }
        assertEquals(List.of(firstGroup), account.groups().get(unrelated));

        account.calls.clear();
        assertEquals(ActionResult.Status.DONE, isolate.apply(context, captured).status());
        assertEquals(List.of(), writes(), "a second apply writes nothing");

        assertEquals(
                ActionResult.Status.DONE, isolate.release(context, captured).status());
        assertEquals(before, account.groups());
    }

    @Test
    void an_interface_that_was_changed_externally_is_not_restored() {
        String own = account.group("own");
        String other = account.group("other");
        String instance = account.instance(List.of(own));
        ActionContext context = context(ActionKind.ISOLATE_INSTANCE, instance, Map.of("cut_tracked", "never"));
        ActionHandler isolate = new IsolateInstance(ec2);
        SoleHolder captured = SoleHolder.of(isolate.capture(context));
        isolate.apply(context, captured);
        String changedInterface = ec2.attachedInterfaces(instance).getFirst().id();
        ec2.write(new Ec2Api.Write.SetSecurityGroups(changedInterface, List.of(other)));
        ActionResult released = isolate.release(context, captured);
        assertEquals(ActionResult.Status.PARTIAL, released.status());
        assertTrue(released.notes().getFirst().contains(changedInterface + " not restored"), released.toString());
        assertEquals(List.of(other), account.groups().get(changedInterface));
    }

    @Test
    void an_instance_is_preserved_and_leaves_its_groups() {
        String instance = account.instanceOfAutoScalingGroup("web");
        String targets = account.targetGroup("web", 8080);
        loadBalancing.write(new LoadBalancingApi.Write.Register(instance, new Registration(targets, 8080)));
        account.bucket("evidence");
        ActionHandler preserve = new PreserveInstance(
                ec2,
                autoScaling,
                loadBalancing,
                S3EvidenceStore.at("s3://evidence/tiercel", account.connection),
                CLOCK);
        ActionContext context = context(ActionKind.PRESERVE_INSTANCE, instance, Map.of());

        assertTrue(String.join("\n", preserve.preview(context)).contains("DisableApiTermination would succeed"));
        SoleHolder captured = SoleHolder.of(preserve.capture(context));
        ActionResult result = preserve.apply(context, captured);
        assertEquals(ActionResult.Status.DONE, result.status(), result.toString());
        assertTrue(ec2.isProtectedFrom(instance, Protection.TERMINATION));
        assertTrue(ec2.isProtectedFrom(instance, Protection.STOP));
        assertTrue(
                ec2.instance(instance).orElseThrow().volumes().stream().noneMatch(Ec2Api.Volume::deleteOnTermination));
        assertTrue(autoScaling.membership(instance).isEmpty());
        assertEquals(List.of(), loadBalancing.registrations(instance));
        assertEquals(1, ec2.snapshots("tiercel-step", context.stepId()).size());
        assertTrue(
                result.notes().stream()
                        .anyMatch(note -> note.contains("manifest s3://evidence/tiercel/incidents/4f2a/")),
                result.toString());

        account.calls.clear();
        preserve.apply(context, captured);
        assertEquals(List.of("PUT"), writes(), "only the manifest is written again");

        account.setMaximumSize("web", 1);
        ActionResult full = preserve.release(context, captured);
        assertEquals(ActionResult.Status.PARTIAL, full.status(), full.toString());
        assertTrue(full.notes().getFirst().contains("Raise the maximum size"), full.toString());
        assertTrue(autoScaling.membership(instance).isEmpty());

        account.setMaximumSize("web", 3);
        ActionResult released = preserve.release(context, captured);
        assertEquals(ActionResult.Status.DONE, released.status(), released.toString());
        assertFalse(ec2.isProtectedFrom(instance, Protection.TERMINATION));
        assertFalse(ec2.isProtectedFrom(instance, Protection.STOP));
        assertEquals("web", autoScaling.membership(instance).orElseThrow().group());
        assertEquals(List.of(new Registration(targets, 8080)), loadBalancing.registrations(instance));
        assertEquals(1, ec2.snapshots("tiercel-step", context.stepId()).size(), "evidence is kept");
    }

    @Test
    void an_instance_is_stopped_and_its_metadata_service_is_disabled() {
        String instance = account.instance(List.of(account.group("stopped")));
        Ec2Api.MetadataOptions before = ec2.instance(instance).orElseThrow().metadata();
        ActionContext lockDownContext = context(ActionKind.LOCK_DOWN_IMDS, instance, Map.of());
        ActionHandler lockDown = new LockDownImds(ec2);
        assertTrue(
                lockDown.preview(lockDownContext).getFirst().contains("would succeed"),
                lockDown.preview(lockDownContext).toString());
        SoleHolder locked = SoleHolder.of(lockDown.capture(lockDownContext));
        assertEquals(
                ActionResult.Status.DONE,
                lockDown.apply(lockDownContext, locked).status());
        assertEquals("disabled", ec2.instance(instance).orElseThrow().metadata().endpoint());
        assertEquals(
                ActionResult.Status.DONE,
                lockDown.release(lockDownContext, locked).status());
        assertEquals(before, ec2.instance(instance).orElseThrow().metadata());

        ActionContext stopContext = context(ActionKind.STOP_INSTANCE, instance, Map.of());
        ActionHandler stop = new StopInstance(ec2);
        assertTrue(
                stop.preview(stopContext).getFirst().contains("would succeed"),
                stop.preview(stopContext).toString());
        SoleHolder stopped = SoleHolder.of(stop.capture(stopContext));
        assertEquals(ActionResult.Status.DONE, stop.apply(stopContext, stopped).status());
        assertTrue(ec2.instance(instance).orElseThrow().state().startsWith("stopp"));
        assertEquals(
                ActionResult.Status.DONE, stop.release(stopContext, stopped).status());
    }

    @Test
    void an_inline_policy_denies_the_sessions_of_an_instance() throws Exception {
        account.iam.createRole(role -> role.roleName("node").assumeRolePolicyDocument("{\"Version\":\"2012-10-17\"}"));
        String instance = account.instance(List.of(account.group("roles")));
        account.giveProfile(instance, "node");
        account.iam.addRoleToInstanceProfile(
                add -> add.instanceProfileName("node").roleName("node"));
        AwsIamApi roles = new AwsIamApi(account.connection);
        ActionHandler revoke = new RevokeSessions(ec2, roles, PodIdentityApi.NONE, CLOCK);
        ActionContext context = context(ActionKind.REVOKE_SESSIONS, instance, Map.of());
        CapturedState state = revoke.capture(context);
        assertEquals("node", state.facts().role());
        SoleHolder captured = SoleHolder.of(state);
        ActionResult result = revoke.apply(context, captured);
        assertEquals(ActionResult.Status.DONE, result.status(), result.toString());
        JsonMapper json = JsonMapper.builder().build();
        assertEquals(
                json.readTree("""
                        {"Version":"2012-10-17","Statement":[{"Sid":"TiercelContainment","Effect":"Deny","Action":"*",
                         "Resource":"*","Condition":{"ArnEquals":{"ec2:SourceInstanceARN":
                         "arn:aws:ec2:eu-west-1:123456789012:instance/%s"}}}]}""".formatted(instance)),
                json.readTree(roles.inlinePolicies("node").values().iterator().next()));
        assertTrue(roles.inlinePolicies("node").keySet().iterator().next().matches("tiercel-[0-9a-f]{16}"));
        account.calls.clear();
        revoke.apply(context, captured);
        assertEquals(List.of(), writes());
        assertEquals(ActionResult.Status.DONE, revoke.release(context, captured).status());
        assertEquals(Map.of(), roles.inlinePolicies("node"));

        ActionContext roleScope = context(ActionKind.REVOKE_SESSIONS, instance, Map.of("scope", "instance-role"));
        assertTrue(ActionKind.REVOKE_SESSIONS.requiresApproval(roleScope.params()));
        String preview = String.join("\n", revoke.preview(roleScope));
        assertTrue(preview.contains("{\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-03-01T12:00:00Z\"}}"), preview);
        assertTrue(preview.contains("no other instance has this role"), preview);
    }

    @Test
    void reads_of_missing_objects_return_empty_results() {
        assertTrue(ec2.instance("i-0123456789abcdef0").isEmpty());
        assertTrue(ec2.networkInterface("eni-0123456789abcdef0").isEmpty());
        assertTrue(new AwsIamApi(account.connection).role("missing").isEmpty());
        ActionContext context = context(ActionKind.ISOLATE_INSTANCE, "i-0123456789abcdef0", Map.of());
        ActionException exception =
                assertThrows(ActionException.class, () -> new IsolateInstance(ec2).capture(context));
        assertEquals(ActionException.Kind.NOT_FOUND, exception.kind());
    }
}
