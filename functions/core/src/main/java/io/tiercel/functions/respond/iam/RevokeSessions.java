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
import io.tiercel.functions.respond.action.StateJson;
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
 * {@code iam:revoke-sessions}: an inline policy of the role, one for each step, that denies everything to some of its sessions:
 * to those from one instance (condition key {@code ec2:SourceInstanceARN}), to those of one pod (the session tag
 * {@code kubernetes-pod-uid} of EKS Pod Identity), or to all that began before now ({@code aws:TokenIssueTime}).
 */
public final class RevokeSessions implements ActionHandler {
    /** IAM's limit for all inline policies of a role together, in characters without white space. */
    static final int INLINE_LIMIT = 10_240;

    private static final String SERVICE_LINKED = "/aws-service-role/";
    private static final String SSO = "/aws-reserved/";

    private final Ec2Api ec2;
    private final IamApi roles;
    private final InstantSource clock;

    public RevokeSessions(Ec2Api ec2, IamApi roles, InstantSource clock) {
        this.ec2 = ec2;
        this.roles = roles;
        this.clock = clock;
    }

    private record Prior(String role, String document, List<String> notes) {}

    /** A role, the condition under which it is denied, and what to know about it. */
    private record Denied(
            String role, ObjectNode condition, @Nullable Map<String, String> tags, List<String> notes) {}

    @Override
    public CapturedState capture(ActionContext work) {
        Denied denied = denied(work);
        Role role = roles.role(denied.role())
                .orElseThrow(() -> ActionException.absent("the role " + denied.role() + " is not there"));
        if (role.path().startsWith(SERVICE_LINKED) || role.path().startsWith(SSO)) {
            throw ActionException.because("the role " + role.name() + " is AWS's own (" + role.path()
                    + "), its policies cannot be changed; nothing was done");
        }
        String document = document(denied.condition());
        int used = roles.inlinePolicies(role.name()).values().stream()
                .mapToInt(one -> one.replaceAll("\\s", "").length())
                .sum();
        if (used + document.length() > INLINE_LIMIT) {
            throw ActionException.because("the role " + role.name() + " has inline policies of " + used
                    + " characters: with " + document.length() + " more IAM's limit of " + INLINE_LIMIT
                    + " would be passed; nothing was done");
        }
        return CapturedState.of(
                new Prior(role.name(), document, denied.notes()), new TargetFacts(denied.tags(), null, role.name()));
    }

    private Denied denied(ActionContext work) {
        boolean whole = work.params().text("scope").endsWith("-role");
        return work.target().kind() == Target.Kind.POD ? ofPod(work, whole) : ofInstance(work, whole);
    }

    private Denied ofInstance(ActionContext work, boolean whole) {
        Instance instance = ec2.instance(work.target().name())
                .orElseThrow(() -> ActionException.absent(work.target().text() + " is not there"));
        String profile = instance.profileArn();
        if (profile == null) {
            throw ActionException.because(work.target().text() + " has no role; nothing was done");
        }
        String role = roles.roleOf(profile)
                .orElseThrow(
                        () -> ActionException.because("the profile " + profile + " has no role; nothing was done"));
        if (whole) {
            List<String> others = new ArrayList<>(ec2.instancesWith(profile));
            others.remove(instance.id());
            return new Denied(role, before(), instance.tags(), List.of(fresh(), used(others)));
        }
        return new Denied(
                role,
                condition("ArnEquals", "ec2:SourceInstanceARN", instance.arn()),
                instance.tags(),
                List.of("only sessions from this instance are denied, new ones too"));
    }

    private static String used(List<String> others) {
        return others.isEmpty()
                ? "no other instance has this role"
                : others.size() + " other instances lose their sessions too: "
                        + String.join(", ", others.subList(0, Math.min(others.size(), 10)));
    }

    private static String fresh() {
        return "whoever can still ask for credentials gets new ones that are not denied: isolate it as well";
    }

    private Denied ofPod(ActionContext work, boolean whole) {
        PodFacts pod = work.pod();
        if (pod == null || pod.role() == null) {
            throw ActionException.because("the role of " + work.target().text() + " is not known; nothing was done");
        }
        String role = pod.role().substring(pod.role().lastIndexOf('/') + 1);
        if (whole) {
            return new Denied(
                    role, before(), null, List.of(fresh(), "every pod with this role loses its sessions too"));
        }
        if (!"pod-identity".equals(pod.roleSource())) {
            throw ActionException.because("sessions of a single pod can be told apart only with EKS Pod Identity, and "
                    + work.target().text() + " has its role by " + pod.roleSource() + "; nothing was done");
        }
        return new Denied(
                role,
                condition("StringEquals", "aws:PrincipalTag/kubernetes-pod-uid", pod.uid()),
                null,
                List.of("only sessions of this pod are denied, new ones too"));
    }

    private ObjectNode before() {
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

    private static String document(ObjectNode condition) {
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

    private static String policy(ActionContext work) {
        return "tiercel-" + work.stepId();
    }

    @Override
    public List<String> preview(ActionContext work) {
        Prior prior = StateJson.read(capture(work).prior(), Prior.class);
        List<String> notes = new ArrayList<>();
        notes.add("PutRolePolicy " + policy(work) + " of role " + prior.role() + " (IAM has no dry run): "
                + prior.document());
        notes.addAll(prior.notes());
        return notes;
    }

    private boolean inPlace(ActionContext work, Prior prior) {
        String now = roles.inlinePolicies(prior.role()).get(policy(work));
        return now != null && same(now, prior.document());
    }

    private static boolean same(String one, String other) {
        return StateJson.read(one, JsonNode.class).equals(StateJson.read(other, JsonNode.class));
    }

    @Override
    public ActionResult apply(ActionContext work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        if (!inPlace(work, prior)) {
            write(work, new Write.PutPolicy(prior.role(), policy(work), prior.document()));
        }
        List<String> notes = new ArrayList<>(prior.notes());
        notes.add("role " + prior.role() + "; IAM takes some minutes until it is denied everywhere");
        return inPlace(work, prior)
                ? ActionResult.done(notes)
                : ActionResult.of(List.of("the policy of role " + prior.role() + " is not there"), false, notes);
    }

    @Override
    public ActionResult release(ActionContext work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        String now = roles.inlinePolicies(prior.role()).get(policy(work));
        if (now == null) {
            return ActionResult.done(List.of());
        }
        if (!same(now, prior.document())) {
            return ActionResult.of(
                    List.of("policy " + policy(work) + " of role " + prior.role()
                            + " is left as it is: somebody has changed it"),
                    true,
                    List.of());
        }
        write(work, new Write.DeletePolicy(prior.role(), policy(work)));
        return ActionResult.done(List.of());
    }

    private void write(ActionContext work, Write write) {
        work.calls().run(write.text(), () -> roles.write(write));
    }
}
