package io.tiercel.functions.respond.iam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.iam.IamApi.Role;
import io.tiercel.functions.respond.iam.IamApi.Write;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code iam:revoke-sessions}: adds an inline policy to a role that denies every request of some of its sessions. Each
 * step has its own policy. The condition of the policy selects one of:
 *
 * <ul>
 *   <li>the sessions from one instance (condition key {@code ec2:SourceInstanceARN})
 *   <li>the sessions of one pod (session tags {@code kubernetes-pod-uid} and {@code eks-cluster-arn} of EKS Pod Identity)
 *   <li>all sessions that started earlier ({@code aws:TokenIssueTime}), which requires approval
 * </ul>
 */
public final class RevokeSessions implements ActionHandler {
    /** IAM's limit for all inline policies of a role together, in characters without white space. */
    static final int INLINE_LIMIT = 10_240;

    private static final String SERVICE_LINKED = "/aws-service-role/";
    private static final String IDENTITY_CENTER = "/aws-reserved/";
    private static final String IRSA = "irsa";
    private static final int MAX_INSTANCES_SHOWN = 10;

    private final Ec2Api ec2;
    private final IamApi iam;
    private final PodSessions pods;
    private final InstantSource clock;

    public RevokeSessions(Ec2Api ec2, IamApi iam, PodIdentityApi podIdentity, InstantSource clock) {
        this.ec2 = ec2;
        this.iam = iam;
        this.pods = new PodSessions(podIdentity, clock);
        this.clock = clock;
    }

    /** @param problems sessions that the policy does not select; null in states of earlier versions */
    private record Prior(String role, String document, List<String> notes, List<String> problems) {
        Prior(String role, String document, List<String> notes, @Nullable List<String> problems) {
            this.role = role;
            this.document = document;
            this.notes = notes;
            this.problems = problems == null ? List.of() : problems;
        }
    }

    @Override
    public CapturedState capture(ActionContext context) {
        DeniedSessions denied = deniedSessions(context);
        Role role = iam.role(denied.role())
                .orElseThrow(() ->
                        ActionException.notFound("the role " + denied.role() + " does not exist in this account"));
        if (denied.roleArn() != null && !denied.roleArn().equals(role.arn())) {
            throw ActionException.notApplicable("the role " + denied.roleArn() + " is not the role of that name in this"
                    + " account, " + role.arn() + "; nothing was changed");
        }
        if (role.path().startsWith(SERVICE_LINKED) || role.path().startsWith(IDENTITY_CENTER)) {
            throw ActionException.notApplicable("AWS manages the role " + role.name() + " (" + role.path()
                    + "), and its policies cannot be changed; nothing was changed");
        }
        String document = policyDocument(denied.condition());
        int used = iam.inlinePolicies(role.name()).values().stream()
                .mapToInt(policy -> policy.replaceAll("\\s", "").length())
                .sum();
        if (used + document.length() > INLINE_LIMIT) {
            throw ActionException.notApplicable("the inline policies of the role " + role.name() + " have " + used
                    + " characters; " + document.length() + " more exceed IAM's limit of " + INLINE_LIMIT
                    + "; nothing was changed");
        }
        List<String> notes = new ArrayList<>(denied.notes());
        if (denied.wholeRole()) {
            notes.addAll(otherUsers(context, role));
        }
        CapturedState captured = CapturedState.of(
                CapturedPart.of("role/" + role.name(), new Prior(role.name(), document, notes, denied.problems())),
                denied.facts());
        return denied.approvalReason() == null ? captured : captured.requiringApproval(denied.approvalReason());
    }

    /** Returns who else loses sessions of a role, as far as its trust policy shows. */
    private static List<String> otherUsers(ActionContext context, Role role) {
        TrustPolicy trust = TrustPolicy.parse(role.trustPolicy());
        PodFacts pod = context.pod();
        if (context.target().kind() != Target.Kind.POD
                || pod == null
                || !IRSA.equals(pod.roleSource())
                || trust.names(pod.namespace(), pod.serviceAccount())) {
            return List.of(trust.text());
        }
        return List.of(
                trust.text(),
                "the trust policy does not name the service account " + pod.namespace() + "/" + pod.serviceAccount()
                        + ": check that the pod really has this role");
    }

    private DeniedSessions deniedSessions(ActionContext context) {
        boolean wholeRole = context.params().string("scope").endsWith("-role");
        return context.target().kind() == Target.Kind.POD
                ? pods.find(context, wholeRole)
                : sessionsOfInstance(context, wholeRole);
    }

    private DeniedSessions sessionsOfInstance(ActionContext context, boolean wholeRole) {
        Instance instance = ec2.requireInstance(context.target());
        String profile = instance.profileArn();
        if (profile == null) {
            throw ActionException.notApplicable(context.target().text() + " has no role; nothing was changed");
        }
        String role = iam.roleOfProfile(profile)
                .orElseThrow(() -> ActionException.notApplicable(
                        "the instance profile " + profile + " has no role; nothing was changed"));
        List<String> notes = new ArrayList<>();
        if (wholeRole) {
            List<String> otherInstanceIds = new ArrayList<>(ec2.instancesWithProfile(profile));
            otherInstanceIds.remove(instance.id());
            notes.add(DeniedSessions.NEW_SESSIONS);
            notes.add(otherInstances(otherInstanceIds));
        } else {
            notes.add("denies the sessions from this instance only, including new ones");
        }
        return new DeniedSessions(
                role,
                null,
                wholeRole
                        ? DeniedSessions.earlierThan(clock.instant())
                        : DeniedSessions.condition("ArnEquals", "ec2:SourceInstanceARN", instance.arn()),
                new TargetFacts(instance.tags(), null, role),
                notes,
                List.of(),
                wholeRole,
                null);
    }

    private static String otherInstances(List<String> otherInstanceIds) {
        return otherInstanceIds.isEmpty()
                ? "no other instance has this role"
                : otherInstanceIds.size() + " other instances lose their sessions too: "
                        + String.join(
                                ", ",
                                otherInstanceIds.subList(0, Math.min(otherInstanceIds.size(), MAX_INSTANCES_SHOWN)));
    }

    private static String policyDocument(ObjectNode condition) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("Version", "2012-10-17");
        ObjectNode statement = document.putArray("Statement").addObject();
        statement.put("Sid", "TiercelContainment");
        statement.put("Effect", "Deny");
        statement.put("Action", "*");
        statement.put("Resource", "*");
        statement.set("Condition", condition);
        return document.toString();
    }

    private static String policyName(ActionContext context) {
        return "tiercel-" + context.stepId();
    }

    @Override
    public List<String> preview(ActionContext context) {
        Prior prior = CapturedState.parse(capture(context).parts().getFirst().prior(), Prior.class);
        List<String> notes = new ArrayList<>();
        notes.add("PutRolePolicy " + policyName(context) + " of role " + prior.role() + " (IAM has no dry run): "
                + prior.document());
        notes.addAll(prior.problems());
        notes.addAll(prior.notes());
        return notes;
    }

    private boolean isInPlace(ActionContext context, Prior prior) {
        String now = iam.inlinePolicies(prior.role()).get(policyName(context));
        return now != null && sameJson(now, prior.document());
    }

    private static boolean sameJson(String a, String b) {
        return CapturedState.parse(a, JsonNode.class).equals(CapturedState.parse(b, JsonNode.class));
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        if (!isInPlace(context, prior)) {
            write(context, new Write.PutRolePolicy(prior.role(), policyName(context), prior.document()));
        }
        List<String> notes = new ArrayList<>(prior.notes());
        notes.add("role " + prior.role() + "; IAM needs some minutes to apply the policy everywhere");
        return isInPlace(context, prior)
                ? ActionResult.ofProblems(prior.problems(), true, notes)
                : ActionResult.ofProblems(
                        List.of("the role " + prior.role() + " does not have the policy"), false, notes);
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        String now = iam.inlinePolicies(prior.role()).get(policyName(context));
        if (now == null) {
            return ActionResult.done(List.of(released(context, prior)));
        }
        if (!sameJson(now, prior.document())) {
            return ActionResult.ofProblems(
                    List.of("policy " + policyName(context) + " of role " + prior.role()
                            + " not deleted: it was changed"),
                    true,
                    List.of());
        }
        write(context, new Write.DeleteRolePolicy(prior.role(), policyName(context)));
        return ActionResult.done(List.of(released(context, prior)));
    }

    private static String released(ActionContext context, Prior prior) {
        return "the role " + prior.role() + " no longer has the policy " + policyName(context)
                + "; sessions that have not expired work again within some minutes";
    }

    private void write(ActionContext context, Write write) {
        context.calls().run(write.description(), () -> iam.write(write));
    }
}
