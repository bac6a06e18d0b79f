package io.tiercel.functions.respond.iam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.iam.IamApi.Role;
import io.tiercel.functions.respond.iam.IamApi.Write;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code iam:revoke-sessions}: adds an inline policy to a role that denies every request of some of its sessions. Each
 * step has its own policy. The condition of the policy selects one of:
 *
 * <ul>
 *   <li>the sessions from one instance (condition key {@code ec2:SourceInstanceARN})
 *   <li>the sessions of one pod (session tag {@code kubernetes-pod-uid} of EKS Pod Identity)
 *   <li>all sessions that started earlier ({@code aws:TokenIssueTime})
 * </ul>
 */
public final class RevokeSessions implements ActionHandler {
    /** IAM's limit for all inline policies of a role together, in characters without white space. */
    static final int INLINE_LIMIT = 10_240;

    private static final String SERVICE_LINKED = "/aws-service-role/";
    private static final String IDENTITY_CENTER = "/aws-reserved/";
    private static final int MAX_INSTANCES_SHOWN = 10;

    private final Ec2Api ec2;
    private final IamApi iam;
    private final PodIdentityApi podIdentity;
    private final InstantSource clock;

    public RevokeSessions(Ec2Api ec2, IamApi iam, PodIdentityApi podIdentity, InstantSource clock) {
        this.ec2 = ec2;
        this.iam = iam;
        this.podIdentity = podIdentity;
        this.clock = clock;
    }

    private record Prior(String role, String document, List<String> notes) {}

    /**
     * The sessions to deny.
     *
     * @param role the name of the role
     * @param condition the condition of the deny statement
     * @param tags the tags of the instance; null for a pod
     * @param notes warnings for operators
     */
    private record DeniedSessions(
            String role, ObjectNode condition, @Nullable Map<String, String> tags, List<String> notes) {}

    @Override
    public CapturedState capture(ActionContext context) {
        DeniedSessions denied = deniedSessions(context);
        Role role = iam.role(denied.role())
                .orElseThrow(() -> ActionException.notFound("the role " + denied.role() + " does not exist"));
        if (role.path().startsWith(SERVICE_LINKED) || role.path().startsWith(IDENTITY_CENTER)) {
            throw ActionException.permanent("AWS manages the role " + role.name() + " (" + role.path()
                    + "), and its policies cannot be changed; nothing was changed");
        }
        String document = policyDocument(denied.condition());
        int used = iam.inlinePolicies(role.name()).values().stream()
                .mapToInt(policy -> policy.replaceAll("\\s", "").length())
                .sum();
        if (used + document.length() > INLINE_LIMIT) {
            throw ActionException.permanent("the inline policies of the role " + role.name() + " have " + used
                    + " characters; " + document.length() + " more exceed IAM's limit of " + INLINE_LIMIT
                    + "; nothing was changed");
        }
        return CapturedState.of(
                new Prior(role.name(), document, denied.notes()), new TargetFacts(denied.tags(), null, role.name()));
    }

    private DeniedSessions deniedSessions(ActionContext context) {
        boolean wholeRole = context.params().string("scope").endsWith("-role");
        return context.target().kind() == Target.Kind.POD
                ? sessionsOfPod(context, wholeRole)
                : sessionsOfInstance(context, wholeRole);
    }

    private DeniedSessions sessionsOfInstance(ActionContext context, boolean wholeRole) {
        Instance instance = ec2.requireInstance(context.target());
        String profile = instance.profileArn();
        if (profile == null) {
            throw ActionException.permanent(context.target().text() + " has no role; nothing was changed");
        }
        String role = iam.roleOfProfile(profile)
                .orElseThrow(() -> ActionException.permanent(
                        "the instance profile " + profile + " has no role; nothing was changed"));
        if (wholeRole) {
            List<String> otherInstanceIds = new ArrayList<>(ec2.instancesWithProfile(profile));
            otherInstanceIds.remove(instance.id());
            return new DeniedSessions(
                    role,
                    earlierSessions(),
                    instance.tags(),
                    List.of(newSessionsWarning(), otherInstances(otherInstanceIds)));
        }
        return new DeniedSessions(
                role,
                condition("ArnEquals", "ec2:SourceInstanceARN", instance.arn()),
                instance.tags(),
                List.of("denies the sessions from this instance only, including new ones"));
    }

    private static String otherInstances(List<String> otherInstanceIds) {
        return otherInstanceIds.isEmpty()
                ? "no other instance has this role"
                : otherInstanceIds.size() + " other instances lose their sessions too: "
                        + String.join(
                                ", ",
                                otherInstanceIds.subList(0, Math.min(otherInstanceIds.size(), MAX_INSTANCES_SHOWN)));
    }

    private static String newSessionsWarning() {
        return "sessions that start from now on are not denied: isolate the target too";
    }

    private DeniedSessions sessionsOfPod(ActionContext context, boolean wholeRole) {
        PodFacts pod = context.pod();
        if (pod == null || pod.role() == null) {
            throw ActionException.permanent(
                    "the role of " + context.target().text() + " is unknown; nothing was changed");
        }
        String role = pod.role().substring(pod.role().lastIndexOf('/') + 1);
        if (wholeRole) {
            return new DeniedSessions(
                    role,
                    earlierSessions(),
                    null,
                    List.of(newSessionsWarning(), "all pods with this role lose their sessions too"));
        }
        if (!"pod-identity".equals(pod.roleSource())) {
            throw ActionException.permanent("only EKS Pod Identity identifies the sessions of one pod, and "
                    + context.target().text() + " has its role from " + pod.roleSource() + "; nothing was changed");
        }
        return new DeniedSessions(
                role,
                condition("StringEquals", "aws:PrincipalTag/kubernetes-pod-uid", pod.uid()),
                null,
                List.of("denies the sessions of this pod only, including new ones"));
    }

    private ObjectNode earlierSessions() {
        return condition(
                "DateLessThan",
                "aws:TokenIssueTime",
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static ObjectNode condition(String operator, String key, String value) {
        ObjectNode condition = JsonNodeFactory.instance.objectNode();
        condition.putObject(operator).put(key, value);
        return condition;
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
        Prior prior = CapturedState.parse(capture(context).prior(), Prior.class);
        List<String> notes = new ArrayList<>();
        notes.add("PutRolePolicy " + policyName(context) + " of role " + prior.role() + " (IAM has no dry run): "
                + prior.document());
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
    public ActionResult apply(ActionContext context, String priorState) {
        Prior prior = CapturedState.parse(priorState, Prior.class);
        if (!isInPlace(context, prior)) {
            write(context, new Write.PutRolePolicy(prior.role(), policyName(context), prior.document()));
        }
        List<String> notes = new ArrayList<>(prior.notes());
        notes.add("role " + prior.role() + "; IAM needs some minutes to apply the policy everywhere");
        return isInPlace(context, prior)
                ? ActionResult.done(notes)
                : ActionResult.ofProblems(
                        List.of("the role " + prior.role() + " does not have the policy"), false, notes);
    }

    @Override
    public ActionResult release(ActionContext context, String priorState) {
        Prior prior = CapturedState.parse(priorState, Prior.class);
        String now = iam.inlinePolicies(prior.role()).get(policyName(context));
        if (now == null) {
            return ActionResult.done(List.of());
        }
        if (!sameJson(now, prior.document())) {
            return ActionResult.ofProblems(
                    List.of("policy " + policyName(context) + " of role " + prior.role()
                            + " not deleted: it was changed"),
                    true,
                    List.of());
        }
        write(context, new Write.DeleteRolePolicy(prior.role(), policyName(context)));
        return ActionResult.done(List.of());
    }

    private void write(ActionContext context, Write write) {
        context.calls().run(write.description(), () -> iam.write(write));
    }
}
