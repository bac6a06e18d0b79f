package io.tiercel.functions.respond.iam;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.iam.PodIdentityApi.Association;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the role of a pod and the condition that selects its sessions.
 *
 * <p>EKS Pod Identity adds session tags that name the pod and its cluster, unless the association disables them. The tags of a
 * session also apply to roles that the pod assumes with it. Without tags, only the session name is left. It consists of
 * the names of the cluster and the pod, cut to 64 characters. It has neither namespace nor uid, so it does not identify a pod. IAM roles for service accounts (IRSA) have no such tags, and the pod chooses its session name. In both cases only all
 * earlier sessions of the role can be denied, which requires approval.
 */
final class PodSessions {
    private static final String UID_TAG = "aws:PrincipalTag/kubernetes-pod-uid";
    private static final String CLUSTER_TAG = "aws:PrincipalTag/eks-cluster-arn";
    private static final String IRSA = "irsa";
    private static final String POD_IDENTITY = "pod-identity";

    private final PodIdentityApi podIdentity;
    private final InstantSource clock;

    PodSessions(PodIdentityApi podIdentity, InstantSource clock) {
        this.podIdentity = podIdentity;
        this.clock = clock;
    }

    /**
     * Returns the sessions to deny.
     *
     * @param wholeRole whether to deny all earlier sessions of the role
     */
    DeniedSessions find(ActionContext context, boolean wholeRole) {
        PodFacts pod = context.pod();
        if (pod == null) {
            throw ActionException.notApplicable(
                    "the role of " + context.target().text() + " is unknown: the pod was not looked up");
        }
        String uid = context.expectedPodUid();
        if (uid != null && !uid.equals(pod.uid())) {
            throw ActionException.notFound(
                    context.target().text() + " is now another pod: its uid is " + pod.uid() + ", not " + uid);
        }
        Association association =
                podIdentity.association(pod.namespace(), pod.serviceAccount()).orElse(null);
        if (association != null) {
            return ofAssociation(pod, association, wholeRole);
        }
        String role = pod.role();
        if (role == null) {
            throw ActionException.notApplicable(
                    "the role of " + context.target().text() + " is unknown: "
                            + (POD_IDENTITY.equals(pod.roleSource())
                                    ? "it uses EKS Pod Identity, and EKS reports no association of " + account(pod)
                                            + "; check TIERCEL_EKS_CLUSTER"
                                    : "its service account " + account(pod)
                                            + " has neither an EKS Pod Identity association nor" + " an IAM role"));
        }
        RoleArn arn = RoleArn.parse(role);
        return wholeRole(
                arn,
                pod,
                List.of(),
                wholeRole
                        ? null
                        : "the role comes from the service account (IRSA), which does not identify the sessions of one pod:"
                                + " all earlier sessions of the role " + arn.name() + " would be denied");
    }

    private DeniedSessions ofAssociation(PodFacts pod, Association association, boolean wholeRole) {
        RoleArn arn = RoleArn.parse(association.roleArn());
        List<String> problems = new ArrayList<>();
        String target = association.targetRoleArn();
        if (target != null) {
            RoleArn targetArn = RoleArn.parse(target);
            if (targetArn.account().equals(arn.account())) {
                arn = targetArn;
            } else {
                problems.add("sessions of the target role " + target + " that exist already are not denied, because it"
                        + " belongs to another account; they end within an hour");
            }
        }
        if (IRSA.equals(pod.roleSource()) && pod.role() != null) {
            problems.add("sessions of the role " + pod.role() + ", which the service account " + account(pod)
                    + " also has (IRSA), are not denied");
        }
        if (wholeRole) {
            return wholeRole(arn, pod, problems, null);
        }
        if (association.sessionTagsDisabled()) {
            return wholeRole(
                    arn,
                    pod,
                    problems,
                    "the EKS Pod Identity association of " + account(pod)
                            + " disables session tags, so that the sessions"
                            + " of one pod cannot be told apart: all earlier sessions of the role " + arn.name()
                            + " would be denied");
        }
        return new DeniedSessions(
                arn.name(),
                arn.text(),
                sessionTags(pod.uid(), association.clusterArn()),
                null,
                facts(pod, arn),
                List.of("denies the sessions of this pod only, including new ones"),
                problems,
                null);
    }

    private DeniedSessions wholeRole(
            RoleArn arn, PodFacts pod, List<String> problems, @Nullable String approvalReason) {
        return new DeniedSessions(
                arn.name(),
                arn.text(),
                DeniedSessions.noCondition(),
                clock.instant(),
                facts(pod, arn),
                List.of(DeniedSessions.NEW_SESSIONS, "all pods with this role lose their sessions too"),
                problems,
                approvalReason);
    }

    /** Equal pods of other clusters, such as restored ones, can have the same uid. The cluster tells them apart. */
    private static ObjectNode sessionTags(String uid, String clusterArn) {
        ObjectNode condition = JsonNodeFactory.instance.objectNode();
        condition.putObject("StringEquals").put(UID_TAG, uid).put(CLUSTER_TAG, clusterArn);
        return condition;
    }

    private static TargetFacts facts(PodFacts pod, RoleArn arn) {
        return new TargetFacts(null, pod.labels(), arn.name());
    }

    private static String account(PodFacts pod) {
        return pod.namespace() + "/" + pod.serviceAccount();
    }
}
