package io.tiercel.functions.respond.iam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.ec2.FakeEc2Api;
import io.tiercel.functions.respond.plan.ActionContexts;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RevokeSessionsTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00.5Z"));
    private static final Target POD = Target.pod("shop", "cart-5f7");

    private final Map<String, String> policies = new TreeMap<>();
    private String path = "/";
    private final IamApi roles = new IamApi() {
        @Override
        public Optional<Role> role(String name) {
            return Optional.of(new Role(name, path));
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
    private final RevokeSessions revoke = new RevokeSessions(new FakeEc2Api(), roles, PodIdentityApi.NONE, CLOCK);

    private static ActionContext pod(String scope, String source) {
        PodFacts pod = new PodFacts(
                "shop",
                "cart-5f7",
                "6f1a-uid",
                "node-7",
                null,
                false,
                "cart",
                "arn:aws:iam::123456789012:role/apps/cart",
                source,
                List.of(),
                List.of(),
                List.of(),
                Map.of());
        return ActionContexts.of(ActionKind.REVOKE_SESSIONS, POD, Map.of("scope", scope), pod);
    }

    @Test
    void the_policy_selects_the_sessions_of_one_pod_by_session_tag() {
        ActionContext context = pod("pod", "pod-identity");
        CapturedState captured = revoke.capture(context);
        assertEquals("cart", captured.facts().role());
        assertEquals(
                ActionResult.Status.DONE,
                revoke.apply(context, captured.prior()).status());
        assertTrue(
                String.valueOf(policies.get("tiercel-4f2a-0"))
                        .contains("{\"StringEquals\":{\"aws:PrincipalTag/kubernetes-pod-uid\":\"6f1a-uid\"}}"),
                policies.toString());
        policies.put("tiercel-4f2a-0", "{}");
        assertEquals(
                ActionResult.Status.PARTIAL,
                revoke.release(context, captured.prior()).status());
        assertEquals("{}", policies.get("tiercel-4f2a-0"), "a release keeps external changes");
    }

    @Test
    void the_policy_selects_all_sessions_of_a_role_by_issue_time() {
        ActionContext context = pod("pod-role", "irsa");
        assertTrue(ActionKind.REVOKE_SESSIONS.requiresApproval(context.params()));
        CapturedState captured = revoke.capture(context);
        revoke.apply(context, captured.prior());
        assertTrue(String.valueOf(policies.get("tiercel-4f2a-0"))
                .contains("{\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-03-01T12:00:00Z\"}}"));
        assertEquals(
                ActionResult.Status.DONE,
                revoke.release(context, captured.prior()).status());
        assertEquals(Map.of(), policies);
    }

    @Test
    void roles_that_cannot_be_restricted_are_rejected() {
        assertRejected(pod("pod", "irsa"), "only EKS Pod Identity");
        assertRejected(ActionContexts.of(ActionKind.REVOKE_SESSIONS, POD, Map.of("scope", "pod"), null), "is unknown");
        path = "/aws-service-role/eks.amazonaws.com/";
        assertRejected(pod("pod", "pod-identity"), "AWS manages the role");
        path = "/aws-reserved/sso.amazonaws.com/";
        assertRejected(pod("pod-role", "irsa"), "AWS manages the role");
        path = "/";
        policies.put("large", "x".repeat(10_100));
        assertRejected(pod("pod", "pod-identity"), "limit of 10240");
        assertEquals(1, policies.size());
    }

    private void assertRejected(ActionContext context, String reason) {
        ActionException rejection = assertThrows(ActionException.class, () -> revoke.capture(context));
        assertTrue(rejection.getMessage().contains(reason), rejection.getMessage());
    }
}
