package io.tiercel.functions.respond.iam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.SoleHolder;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.ec2.FakeEc2Api;
import io.tiercel.functions.respond.iam.PodIdentityApi.Association;
import io.tiercel.functions.respond.plan.ActionContexts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class RevokeSessionsTest {
    private static final Target POD = Target.pod("shop", "cart-5f7", "6f1a-uid");
    private static final String CLUSTER_ARN = "arn:aws:eks:eu-west-1:123456789012:cluster/blue";
    private static final String ROLE_ARN = "arn:aws:iam::123456789012:role/apps/cart";
    private static final String TARGET_ARN = "arn:aws:iam::123456789012:role/ledger";
    private static final Map<String, String> ARNS = Map.of("cart", ROLE_ARN, "ledger", TARGET_ARN);

    private Instant now = Instant.parse("2026-03-01T12:00:00.5Z");
    private final Map<String, String> policies = new TreeMap<>();
    private String path = "/";
    private String trustPolicy = "{}";
    private @Nullable Association association;
    private final IamApi roles = new IamApi() {
        @Override
        public Optional<Role> role(String name) {
            return Optional.ofNullable(ARNS.get(name)).map(arn -> new Role(name, path, arn, trustPolicy));
        }

        @Override
        public Optional<String> roleOfProfile(String profileArn) {
            return Optional.of("node");
        }

        @Override
        public Map<String, String> inlinePolicies(String role) {
            return Map.copyOf(policies);
        }

        @Override
        public void write(Write write) {
            switch (write) {
                case Write.PutRolePolicy put -> policies.put(put.name(), put.document());
                case Write.DeleteRolePolicy delete -> policies.remove(delete.name());
            }
        }
    };
    private final RevokeSessions revoke = new RevokeSessions(
            new FakeEc2Api(),
            roles,
            (namespace, account) -> {
                assertEquals("shop/cart-account", namespace + "/" + account);
                return Optional.ofNullable(association);
            },
            () -> now);

    private static ActionContext pod(String scope, @Nullable String role, @Nullable String source) {
        return pod(scope, role, source, "6f1a-uid");
    }

    private static ActionContext pod(String scope, @Nullable String role, @Nullable String source, String uid) {
        PodFacts pod = new PodFacts(
                "shop",
                "cart-5f7",
                uid,
                "node-7",
                null,
                false,
                "cart-account",
                role,
                source,
                List.of(),
                List.of(),
                List.of(),
                Map.of("app", "cart"));
        return ActionContexts.of(ActionKind.REVOKE_SESSIONS, POD, Map.of("scope", scope), pod);
    }

    private static ActionContext podIdentity(String scope) {
        return pod(scope, null, "pod-identity");
    }

    private String policyName() {
        return policies.keySet().stream()
                .filter(name -> name.startsWith("tiercel-"))
                .findFirst()
                .orElseThrow();
    }

    private String policy() {
        return String.valueOf(policies.get(policyName()));
    }

    @Test
    void the_policy_selects_the_sessions_of_one_pod_of_one_cluster_by_session_tags() {
        association = new Association(CLUSTER_ARN, ROLE_ARN, null, false);
        ActionContext context = podIdentity("pod");
        CapturedState captured = revoke.capture(context);
        assertNull(captured.approvalReason());
        assertEquals("cart", captured.facts().role());
        assertEquals(Map.of("app", "cart"), captured.facts().labels());
        SoleHolder holder = SoleHolder.of(captured);
        assertEquals(ActionResult.Status.DONE, revoke.apply(context, holder).status());
        assertTrue(
                policy().contains(
                                "\"Condition\":{\"StringEquals\":{\"aws:PrincipalTag/kubernetes-pod-uid\":\"6f1a-uid\","
                                        + "\"aws:PrincipalTag/eks-cluster-arn\":\"" + CLUSTER_ARN + "\"}}"),
                policy());
        policies.put(policyName(), "{}");
        assertEquals(
                ActionResult.Status.PARTIAL, revoke.release(context, holder).status());
        assertEquals("{}", policy(), "a release keeps external changes");
    }

    @Test
    void an_association_decides_even_if_the_service_account_also_names_a_role() {
        association = new Association(CLUSTER_ARN, ROLE_ARN, null, false);
        ActionContext context = pod("pod", TARGET_ARN, "irsa");
        ActionResult result = revoke.apply(context, SoleHolder.of(revoke.capture(context)));
        assertEquals(ActionResult.Status.PARTIAL, result.status());
        assertTrue(result.notes().getFirst().contains("role/ledger"), result.toString());
        assertTrue(policy().contains("kubernetes-pod-uid"), policy());
    }

    @Test
    void sessions_without_tags_are_denied_role_wide_after_approval_only() {
        association = new Association(CLUSTER_ARN, ROLE_ARN, null, true);
        assertRoleWide(podIdentity("pod"), "disables session tags");
    }

    @Test
    void sessions_of_a_service_account_role_are_denied_role_wide_after_approval_only() {
        assertRoleWide(pod("pod", ROLE_ARN, "irsa"), "(IRSA)");
    }

    private void assertRoleWide(ActionContext context, String reason) {
        trustPolicy = """
                {"Statement":{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/x"},
                "Condition":{"StringEquals":{"x:sub":["system:serviceaccount:shop:cart-account","system:serviceaccount:pay:api"],
                "x:aud":"sts.amazonaws.com"}}}}""";
        CapturedState captured = revoke.capture(context);
        assertNotNull(captured.approvalReason());
        assertTrue(captured.approvalReason().contains(reason), captured.approvalReason());
        String preview = String.join("\n", revoke.preview(context));
        assertTrue(preview.contains("system:serviceaccount:pay:api"), preview);
        assertTrue(preview.contains("all pods with this role lose their sessions too"), preview);
        assertFalse(preview.contains("check that the pod"), preview);
        SoleHolder holder = SoleHolder.of(captured);
        revoke.apply(context, holder);
        assertTrue(policy().contains("{\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-03-01T12:00:00Z\"}}"), policy());
        ActionResult released = revoke.release(context, holder);
        assertEquals(ActionResult.Status.DONE, released.status());
        assertTrue(released.notes().getFirst().contains("no longer has the policy"), released.toString());
        assertEquals(Map.of(), policies);
    }

    @Test
    void a_service_account_that_the_trust_policy_does_not_name_is_shown() {
        trustPolicy = "{\"Statement\":[{\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}]}";
        String preview = String.join("\n", revoke.preview(pod("pod", ROLE_ARN, "irsa")));
        assertTrue(preview.contains("ec2.amazonaws.com"), preview);
        assertTrue(preview.contains("check that the pod really has this role"), preview);
        trustPolicy = "[".repeat(5000);
        assertNotNull(revoke.capture(pod("pod", ROLE_ARN, "irsa")).approvalReason());
    }

    @Test
    void a_role_wide_scope_needs_no_further_reason() {
        ActionContext context = pod("pod-role", ROLE_ARN, "irsa");
        assertTrue(ActionKind.REVOKE_SESSIONS.requiresApproval(context.params()));
        assertNull(revoke.capture(context).approvalReason());
    }

    @Test
    void the_credentials_of_a_target_role_are_denied() {
        association = new Association(CLUSTER_ARN, ROLE_ARN, TARGET_ARN, false);
        assertEquals("ledger", revoke.capture(podIdentity("pod")).facts().role());
        association = new Association(CLUSTER_ARN, ROLE_ARN, "arn:aws:iam::999999999999:role/ledger", false);
        ActionContext context = podIdentity("pod");
        CapturedState captured = revoke.capture(context);
        assertEquals("cart", captured.facts().role());
        ActionResult result = revoke.apply(context, SoleHolder.of(captured));
        assertEquals(ActionResult.Status.PARTIAL, result.status());
        assertTrue(result.notes().getFirst().contains("another account"), result.toString());
    }

    @Test
    void another_pod_of_the_same_name_is_not_the_target() {
        association = new Association(CLUSTER_ARN, ROLE_ARN, null, false);
        assertRejected(pod("pod", null, "pod-identity", "new-uid"), ActionException.Kind.NOT_FOUND, "another pod");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:iam::999999999999:role/apps/cart",
                "arn:aws-cn:iam::123456789012:role/apps/cart",
                "arn:aws:iam::123456789012:role/cart",
                "arn:aws:iam::123456789012:role/other/cart"
            })
    void a_role_of_another_account_partition_or_path_is_rejected(String arn) {
        assertRejected(pod("pod-role", arn, "irsa"), ActionException.Kind.NOT_APPLICABLE, "not the role of that name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cart",
                "arn:aws:iam::123456789012:user/cart",
                "arn:aws:iam::123456789012:role/",
                "arn:aws:iam::123456789012:role/cart&Action=DeleteRole",
                "arn:aws:iam::123456789012:role/cart\nx",
                "arn:aws:sts::123456789012:assumed-role/cart/x",
                "arn:aws:iam::*:role/cart"
            })
    void an_annotation_that_is_not_the_arn_of_a_role_is_rejected(String text) {
        assertRejected(pod("pod-role", text, "irsa"), ActionException.Kind.NOT_APPLICABLE, "not the ARN of a role");
    }

    @Test
    void roles_that_cannot_be_restricted_are_rejected() {
        ActionException.Kind refused = ActionException.Kind.NOT_APPLICABLE;
        assertRejected(podIdentity("pod"), refused, "EKS reports no association of shop/cart-account");
        assertRejected(pod("pod", null, null), refused, "neither an EKS Pod Identity association nor");
        assertRejected(
                ActionContexts.of(ActionKind.REVOKE_SESSIONS, POD, Map.of("scope", "pod"), null),
                refused,
                "was not looked up");
        assertRejected(
                pod("pod-role", "arn:aws:iam::123456789012:role/gone", "irsa"),
                ActionException.Kind.NOT_FOUND,
                "does not exist in this account");
        association = new Association(CLUSTER_ARN, ROLE_ARN, null, false);
        path = "/aws-service-role/eks.amazonaws.com/";
        assertRejected(podIdentity("pod"), refused, "AWS manages the role");
        path = "/aws-reserved/sso.amazonaws.com/";
        assertRejected(podIdentity("pod-role"), refused, "AWS manages the role");
        path = "/";
        policies.put("large", "x".repeat(10_100));
        assertRejected(podIdentity("pod"), refused, "limit of 10240");
        assertEquals(1, policies.size());
    }

    @Test
    void steps_that_deny_the_same_sessions_share_a_policy_which_moves_its_time_forward() {
        ActionContext context = pod("pod-role", ROLE_ARN, "irsa");
        SoleHolder first = SoleHolder.of(revoke.capture(context));
        revoke.apply(context, first);
        now = now.plusSeconds(600);
        CapturedState captured = revoke.capture(context);
        assertEquals(first.all().getFirst().key(), captured.parts().getFirst().key());
        assertNotNull(captured.parts().getFirst().ours(), "the policy of the first step is not a prior state");
        String earlierRequest = first.all().getFirst().request();
        String laterRequest = captured.parts().getFirst().request();

        revoke.apply(context, held(first, laterRequest, earlierRequest));
        assertTrue(policy().contains("2026-03-01T12:10:00Z"), policy());
        revoke.apply(context, held(first, earlierRequest, laterRequest));
        assertTrue(policy().contains("2026-03-01T12:10:00Z"), "the latest time of all holds counts");

        ActionResult kept = revoke.release(context, held(first, laterRequest, earlierRequest));
        assertEquals(ActionResult.Status.DONE, kept.status());
        assertTrue(policy().contains("2026-03-01T12:00:00Z"), policy());
        assertEquals(1, policies.size());
        revoke.release(context, first);
        assertEquals(Map.of(), policies);
    }

    /** Returns a part that another step holds too. */
    private static HeldParts held(SoleHolder holder, String request, String otherRequest) {
        return new HeldParts() {
            @Override
            public List<HeldPart> all() {
                HeldPart part = holder.all().getFirst();
                return List.of(new HeldPart(part.key(), part.prior(), part.written(), request, List.of(otherRequest)));
            }

            @Override
            public void record(String key, String written, boolean exposed) {
                holder.record(key, written, exposed);
            }
        };
    }

    @Test
    void a_policy_of_an_earlier_step_does_not_count_twice_towards_the_limit() {
        association = new Association(CLUSTER_ARN, ROLE_ARN, null, false);
        ActionContext context = podIdentity("pod");
        SoleHolder holder = SoleHolder.of(revoke.capture(context));
        revoke.apply(context, holder);
        int size = policy().length();
        policies.put("large", "x".repeat(RevokeSessions.INLINE_LIMIT - size));
        assertEquals(1, revoke.capture(context).parts().size());
    }

    @Test
    void a_policy_that_another_client_removes_is_put_again_and_one_that_it_changes_can_be_deleted() {
        association = new Association(CLUSTER_ARN, ROLE_ARN, null, false);
        ActionContext context = podIdentity("pod");
        SoleHolder holder = SoleHolder.of(revoke.capture(context));
        revoke.apply(context, holder);
        policies.clear();
        ActionResult again = revoke.apply(context, holder);
        assertTrue(again.notes().toString().contains("was deleted by another client"), again.toString());
        assertEquals(1, policies.size());
        policies.put(policyName(), "{}");
        ActionContext restoring = new ActionContext(
                context.incidentId(),
                context.stepId(),
                context.target(),
                context.params(),
                context.document(),
                context.pod(),
                context.calls(),
                context.deadline(),
                context.priorStates(),
                true);
        assertEquals(ActionResult.Status.DONE, revoke.release(restoring, holder).status());
        assertEquals(Map.of(), policies);
    }

    private void assertRejected(ActionContext context, ActionException.Kind kind, String reason) {
        ActionException rejection = assertThrows(ActionException.class, () -> revoke.capture(context));
        assertTrue(rejection.getMessage().contains(reason), rejection.getMessage());
        assertEquals(kind, rejection.kind());
    }
}
