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
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.iam.IamApi.Role;
import io.tiercel.functions.respond.iam.IamApi.Write;
import io.tiercel.rules.text.Sha256;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code iam:revoke-sessions}: adds an inline policy to a role that denies every request of some of its sessions. Steps that deny
 * the same sessions share one policy. The condition of the policy selects one of:
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
    /** Characters of the hash of the condition in the names of policies and parts: 64 bits. */
    private static final int HASH_CHARACTERS = 16;

    private final IamApi iam;
    private final InstanceSessions instances;
    private final PodSessions pods;

    public RevokeSessions(Ec2Api ec2, IamApi iam, PodIdentityApi podIdentity, InstantSource clock) {
        this.iam = iam;
        this.instances = new InstanceSessions(ec2, iam, clock);
        this.pods = new PodSessions(podIdentity, clock);
    }

    /**
     * The state before the first write: the role does not have the policy.
     *
     * @param role the name of the role
     * @param policy the name of the policy
     */
    private record Prior(String role, String policy) {}

    /**
     * What a step wants.
     *
     * @param condition the condition of the deny statement as JSON, without times
     * @param before denies all sessions of the role that started before this time, in ISO 8601; null if the condition selects them
     * @param notes messages for operators
     * @param problems sessions that the policy does not select
     */
    private record Request(String condition, @Nullable String before, List<String> notes, List<String> problems) {}

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
        String hash = Sha256.hex(denied.condition().toString()).substring(0, HASH_CHARACTERS);
        Prior prior = new Prior(role.name(), "tiercel-" + hash);
        List<String> notes = new ArrayList<>(denied.notes());
        if (denied.wholeRole()) {
            notes.addAll(otherUsers(context, role));
        }
        Request request = new Request(
                denied.condition().toString(),
                denied.before() == null ? null : denied.before().toString(),
                notes,
                denied.problems());
        Map<String, String> policies = iam.inlinePolicies(role.name());
        checkSize(prior, policies, document(List.of(request)));
        CapturedState captured = CapturedState.of(
                CapturedPart.of(PartKeys.roleSessions(role.name(), hash), prior, request)
                        .ours(
                                policies.containsKey(prior.policy())
                                        ? "the role " + role.name() + " already has the policy " + prior.policy()
                                                + " of Tiercel, which no incident holds; delete it"
                                        : null),
                denied.facts());
        return denied.approvalReason() == null ? captured : captured.requiringApproval(denied.approvalReason());
    }

    /** Checks IAM's limit. The policy replaces one of the same name, which an earlier incident may have put. */
    private static void checkSize(Prior prior, Map<String, String> policies, String document) {
        int used = policies.entrySet().stream()
                .filter(policy -> !policy.getKey().equals(prior.policy()))
                .mapToInt(policy -> policy.getValue().replaceAll("\\s", "").length())
                .sum();
        if (used + document.length() > INLINE_LIMIT) {
            throw ActionException.notApplicable("the inline policies of the role " + prior.role() + " have " + used
                    + " characters; " + document.length() + " more exceed IAM's limit of " + INLINE_LIMIT
                    + "; nothing was changed");
        }
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
                : instances.find(context, wholeRole);
    }

    /** Returns the policy that denies the sessions of all given requests. They have the same condition and differ in time. */
    private static String document(List<Request> requests) {
        JsonNode condition = requests.stream()
                .map(Request::before)
                .filter(Objects::nonNull)
                .map(Instant::parse)
                .max(Comparator.naturalOrder())
                .<JsonNode>map(DeniedSessions::earlierThan)
                .orElseGet(() -> CapturedState.parse(requests.getFirst().condition(), JsonNode.class));
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

    @Override
    public List<String> preview(ActionContext context) {
        CapturedPart part = capture(context).parts().getFirst();
        Prior prior = CapturedState.parse(part.prior(), Prior.class);
        Request request = CapturedState.parse(part.request(), Request.class);
        List<String> notes = new ArrayList<>();
        notes.add("PutRolePolicy " + prior.policy() + " of role " + prior.role() + " (IAM has no dry run): "
                + document(List.of(request)));
        notes.addAll(request.problems());
        notes.addAll(request.notes());
        return notes;
    }

    private @Nullable String current(Prior prior) {
        return iam.inlinePolicies(prior.role()).get(prior.policy());
    }

    private static boolean sameJson(@Nullable String a, String b) {
        return a != null && CapturedState.parse(a, JsonNode.class).equals(CapturedState.parse(b, JsonNode.class));
    }

    private static boolean changedSince(HeldPart part, @Nullable String now) {
        String written = part.written();
        return written != null && !sameJson(now, written);
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        Prior prior = part.prior(Prior.class);
        Request request = part.request(Request.class);
        List<Request> requests = new ArrayList<>(part.otherRequests(Request.class));
        requests.add(request);
        String document = document(requests);
        List<String> notes = new ArrayList<>(request.notes());
        String now = current(prior);
        if (!sameJson(now, document)) {
            if (changedSince(part, now)) {
                notes.add(changed(prior, now) + " since it was put, and is put again");
            }
            put(context, parts, prior, document);
        }
        notes.add("role " + prior.role() + "; IAM needs some minutes to apply the policy everywhere");
        return sameJson(current(prior), document)
                ? ActionResult.ofProblems(request.problems(), true, notes)
                : ActionResult.ofProblems(
                        List.of("the role " + prior.role() + " does not have the policy"), false, notes);
    }

    private static String changed(Prior prior, @Nullable String now) {
        return "policy " + prior.policy() + " of role " + prior.role() + " was " + (now == null ? "deleted" : "changed")
                + " by another client";
    }

    private void put(ActionContext context, HeldParts parts, Prior prior, String document) {
        parts.record(parts.only().key(), document, false);
        write(context, new Write.PutRolePolicy(prior.role(), prior.policy(), document));
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        Prior prior = part.prior(Prior.class);
        String now = current(prior);
        if (!part.isLastHold()) {
            return keep(context, parts, prior, now);
        }
        String released = "the role " + prior.role() + " no longer has the policy " + prior.policy()
                + "; sessions that have not expired work again within some minutes";
        if (now == null) {
            return ActionResult.done(List.of(released));
        }
        boolean changed = changedSince(part, now);
        if (changed && !context.restoreDrift()) {
            return ActionResult.ofProblems(List.of(changed(prior, now) + ", so it is not deleted"), true, List.of());
        }
        write(context, new Write.DeleteRolePolicy(prior.role(), prior.policy()));
        return ActionResult.done(List.of(released));
    }

    /** Leaves the policy as the other steps want it. */
    private ActionResult keep(ActionContext context, HeldParts parts, Prior prior, @Nullable String now) {
        HeldPart part = parts.only();
        String document = document(part.otherRequests(Request.class));
        List<String> notes = new ArrayList<>();
        notes.add("the role " + prior.role() + " keeps the policy " + prior.policy()
                + ", because other steps deny the same sessions");
        boolean changed = changedSince(part, now);
        if (changed) {
            notes.add(changed(prior, now));
        }
        if (!sameJson(now, document) && (!changed || context.restoreDrift())) {
            put(context, parts, prior, document);
        }
        return ActionResult.done(notes);
    }

    private void write(ActionContext context, Write write) {
        context.calls().run(write.description(), () -> iam.write(write));
    }
}
