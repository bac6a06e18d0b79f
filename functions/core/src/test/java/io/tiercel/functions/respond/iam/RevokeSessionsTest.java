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
import org.junit.jupiter.api.Test;

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
        public Optional<String> roleOf(String profileArn) {
            return Optional.of("node");
        }

        @Override
        public Map<String, String> inlinePolicies(String role) {
            return Map.copyOf(policies);
        }

        @Override
        public void write(Write write) {
            switch (write) {
                case Write.PutPolicy put -> policies.put(put.name(), put.document());
                case Write.DeletePolicy delete -> policies.remove(delete.name());
            }
        }
    };
    private final RevokeSessions revoke = new RevokeSessions(new FakeEc2Api(), roles, CLOCK);

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
    void sessions_of_one_pod_are_told_by_its_tag() {
        ActionContext work = pod("pod", "pod-identity");
        CapturedState captured = revoke.capture(work);
        assertEquals("cart", captured.facts().role());
        assertEquals(
                ActionResult.Result.DONE, revoke.apply(work, captured.prior()).result());
        assertTrue(
                String.valueOf(policies.get("tiercel-4f2a-0"))
                        .contains("{\"StringEquals\":{\"aws:PrincipalTag/kubernetes-pod-uid\":\"6f1a-uid\"}}"),
                policies.toString());
        policies.put("tiercel-4f2a-0", "{}");
        assertEquals(
                ActionResult.Result.PARTIAL,
                revoke.release(work, captured.prior()).result());
        assertEquals("{}", policies.get("tiercel-4f2a-0"), "what somebody has changed stays");
    }

    @Test
    void sessions_of_the_whole_role_are_told_by_their_age() {
        ActionContext work = pod("pod-role", "irsa");
        assertTrue(ActionKind.REVOKE_SESSIONS.alwaysApproved(work.params()));
        CapturedState captured = revoke.capture(work);
        revoke.apply(work, captured.prior());
        assertTrue(String.valueOf(policies.get("tiercel-4f2a-0"))
                .contains("{\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-03-01T12:00:00Z\"}}"));
        assertEquals(
                ActionResult.Result.DONE, revoke.release(work, captured.prior()).result());
        assertEquals(Map.of(), policies);
    }

    @Test
    void what_cannot_be_told_apart_or_changed_is_refused() {
        assertRefused(pod("pod", "irsa"), "only with EKS Pod Identity");
        assertRefused(ActionContexts.of(ActionKind.REVOKE_SESSIONS, POD, Map.of("scope", "pod"), null), "is not known");
        path = "/aws-service-role/eks.amazonaws.com/";
        assertRefused(pod("pod", "pod-identity"), "AWS's own");
        path = "/aws-reserved/sso.amazonaws.com/";
        assertRefused(pod("pod-role", "irsa"), "AWS's own");
        path = "/";
        policies.put("large", "x".repeat(10_100));
        assertRefused(pod("pod", "pod-identity"), "limit of 10240");
        assertEquals(1, policies.size());
    }

    private void assertRefused(ActionContext work, String reason) {
        ActionException failed = assertThrows(ActionException.class, () -> revoke.capture(work));
        assertTrue(failed.getMessage().contains(reason), failed.getMessage());
    }
}
