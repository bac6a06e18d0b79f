package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Controller;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.NetworkPlugins;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Owner;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import io.tiercel.functions.respond.kubernetes.PodPart.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code k8s:isolate-pod}: denies all traffic of a pod with a NetworkPolicy for a label that only this pod has.
 *
 * <p>NetworkPolicies are additive. The pod therefore also loses every label by which Services and other policies, including those of
 * Cilium and Calico, select it. Other pods of the workload keep theirs. An annotation has the removed labels, if there is room for
 * it, so that people can restore them without Tiercel. Policy and label are named after the uid of the pod, so that several
 * incidents share them.
 *
 * <p>A NetworkPolicy says nothing about connections that are already open, and most network plugins accept the packets of tracked
 * connections before they look at policies. The result is therefore partial unless the branch interfaces of the pod are in
 * quarantine, which ends the tracking of their connections.
 *
 * <p>If the step cannot hold or write the labels of the pod or its policy, it still isolates the branch interfaces that it holds.
 * Otherwise a quota on NetworkPolicies would keep them open.
 */
public final class IsolatePod implements ActionHandler {
    /** The label that the NetworkPolicy selects. Its value is the uid of the pod. */
    public static final String ISOLATED_LABEL = PodPart.ISOLATED_LABEL;

    /** The annotation with the removed labels as JSON. */
    public static final String REMOVED_LABELS_ANNOTATION = PodPart.REMOVED_LABELS_ANNOTATION;

    private static final String REPLACEMENT =
            "if the pod's controller selects it by these labels, it starts a replacement";
    private static final String OPEN_CONNECTIONS =
            "connections that were already open may stay open: nothing that is known to cut them applies to this pod; delete"
                    + " the pod or isolate its instance to end them";
    private static final String OUTSIDE_VPC =
            "connections to addresses outside the VPC may stay open: they leave through the interface of the node"
                    + " (POD_SECURITY_GROUP_ENFORCING_MODE is standard)";
    private static final String NOT_ENFORCED =
            "no network plugin that is known to enforce NetworkPolicy was found; the policy may have no effect";
    private static final String NOT_ANNOTATED = "the annotation " + REMOVED_LABELS_ANNOTATION
            + " does not have the removed labels: it has no room for them";

    private static final String NOT_HELD =
            "the labels and the NetworkPolicy of the pod stay as they are: the step does not hold them";
    private static final String INTERFACES_ISOLATED = "branch interfaces of the pod are isolated";

    private final KubernetesApi kubernetes;
    private final BranchInterfaces branches;

    public IsolatePod(KubernetesApi kubernetes, BranchInterfaces branches) {
        this.kubernetes = kubernetes;
        this.branches = branches;
    }

    @Override
    public CapturedState capture(ActionContext context) {
        Pod pod = kubernetes.requirePod(context);
        if (pod.hostNetwork()) {
            throw ActionException.notApplicable(context.target().text()
                    + " uses the host network, to which NetworkPolicies do not apply; nothing was changed");
        }
        List<CapturedPart> parts = new ArrayList<>();
        parts.add(PodPart.capture(kubernetes, pod, Request.isolation()));
        parts.addAll(branches.capture(context, pod));
        return new CapturedState(parts, TargetFacts.ofLabels(pod.labels()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        Pod pod = kubernetes.requirePod(context);
        List<String> notes = new ArrayList<>();
        notes.add("create NetworkPolicy " + PodPart.policyName(pod.uid()) + ": "
                + kubernetes.dryRun(PodPart.denyPolicy(pod.namespace(), pod.uid())));
        PodExposure exposure = PodExposure.read(kubernetes, pod.namespace());
        List<String> removed = exposure.selectingLabels(pod.labels());
        notes.add("patch the pod, which removes the labels "
                + LabelKeys.text(removed) + ": "
                + kubernetes.dryRun(new Write.SetMetadata(
                        pod.namespace(), pod.name(), pod.uid(), null, Map.of(ISOLATED_LABEL, pod.uid()), Map.of())));
        notes.addAll(branches.preview(context, pod));
        Map<String, String> remaining = new TreeMap<>(pod.labels());
        remaining.keySet().removeAll(removed);
        notes.addAll(exposure.problems(PodPart.policyName(pod.uid()), remaining));
        notes.addAll(pluginProblems(!branches.capture(context, pod).isEmpty()));
        return notes;
    }

    /** Returns why traffic of an isolated pod may continue although its policy is in place. */
    private List<String> pluginProblems(boolean connectionsEnd) {
        NetworkPlugins plugins = kubernetes.networkPlugins();
        List<String> problems = new ArrayList<>();
        if (plugins.enforcing().isEmpty()) {
            problems.add(NOT_ENFORCED);
        }
        if (!connectionsEnd) {
            problems.add(OPEN_CONNECTIONS);
        } else if (!plugins.podGroupsOutsideVpc()) {
            problems.add(OUTSIDE_VPC);
        }
        return problems;
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        branches.closeOpen(context, parts);
        PodLabelUpdate.Result update;
        try {
            update = updateLabels(context, parts);
        } catch (ActionException e) {
            if (parts.all().stream().allMatch(part -> PartKeys.isPodLabels(part.key()))) {
                throw e;
            }
            return isolateInterfacesOnly(context, parts, e);
        }
        Pod pod = update == null ? kubernetes.requirePod(context) : update.pod();
        if (pod == null) {
            throw gone(context);
        }
        BranchInterfaces.Result interfaces = branches.isolate(context, pod, parts);
        List<String> problems = new ArrayList<>();
        if (update == null) {
            problems.add(NOT_HELD);
        }
        problems.addAll(interfaces.problems());
        if (update != null && !update.settled()) {
            problems.add("the labels of the pod keep changing");
        }
        addRemainingAccess(problems, pod, update == null ? null : update.requireExposure(), interfaces.untracked());
        List<String> notes = new ArrayList<>();
        if (update != null && !update.removed().isEmpty()) {
            notes.add("removed the labels " + LabelKeys.text(update.removed()) + "; " + REPLACEMENT);
            if (!update.annotated()) {
                notes.add(NOT_ANNOTATED);
            }
        }
        notes.addAll(interfaces.notes());
        return ActionResult.ofProblems(problems, update != null || interfaces.anyIsolated(), notes);
    }

    private static ActionException gone(ActionContext context) {
        return ActionException.notFound(
                context.target().text() + " no longer exists; a new pod with its name is not touched");
    }

    /**
     * Adds why traffic of a pod may continue.
     *
     * @param problems receives one message for each reason, also if a later read fails
     * @param known the objects that give the pod traffic; null to read them
     * @param untracked whether the tracking of all its connections has ended
     */
    private void addRemainingAccess(List<String> problems, Pod pod, @Nullable PodExposure known, boolean untracked) {
        if (!pod.uid().equals(pod.labels().get(ISOLATED_LABEL))) {
            problems.add("the pod does not have the label that the policy selects");
        }
        String policy = PodPart.policyName(pod.uid());
        if (!kubernetes.isInPlace(PodPart.denyPolicy(pod.namespace(), pod.uid()))) {
            problems.add("the policy " + policy + " is not in place");
        }
        PodExposure exposure = known == null ? PodExposure.read(kubernetes, pod.namespace()) : known;
        problems.addAll(exposure.problems(policy, pod.labels()));
        problems.addAll(pluginProblems(untracked));
    }

    /**
     * Isolates the branch interfaces of a pod whose labels or policy could not be written.
     *
     * @param failure why they could not be written
     * @return a partial result if an interface is isolated, or a failed one
     * @throws ActionException if a retry can help, or if the failure does not count as one of the action and no interface is
     *     isolated
     */
    private ActionResult isolateInterfacesOnly(ActionContext context, HeldParts parts, ActionException failure) {
        Pod pod = readForInterfaces(context, parts);
        BranchInterfaces.Result interfaces;
        try {
            interfaces = branches.isolate(context, pod, parts);
        } catch (ActionException e) {
            throw e.withMessage(failure.getMessage() + "; " + e.getMessage());
        }
        List<String> problems = new ArrayList<>();
        problems.add(failure.getMessage());
        problems.addAll(interfaces.problems());
        boolean retryable = failure.kind() == ActionException.Kind.RETRYABLE;
        if (retryable || !interfaces.anyIsolated() && !failure.countsAsFailure()) {
            if (interfaces.anyIsolated()) {
                problems.add(INTERFACES_ISOLATED);
                throw failure.partial(String.join("; ", problems));
            }
            throw failure.withMessage(String.join("; ", problems));
        }
        if (pod != null) {
            try {
                addRemainingAccess(problems, pod, null, interfaces.untracked());
            } catch (ActionException e) {
                // The interfaces are isolated, and this only describes the rest.
                problems.add("other access to the pod is not known: " + e.getMessage());
            }
        }
        return ActionResult.ofProblems(problems, interfaces.anyIsolated(), interfaces.notes());
    }

    /**
     * Returns the pod whose interfaces the step holds; null if it cannot be read. EC2 confirmed that they are those of the pod when
     * the step captured them, so they can be isolated without it.
     *
     * @throws ActionException of kind {@code NOT_FOUND} if the pod no longer exists
     */
    private @Nullable Pod readForInterfaces(ActionContext context, HeldParts parts) {
        Pod pod;
        try {
            pod = kubernetes.requirePod(context);
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.NOT_FOUND) {
                throw e;
            }
            return null;
        }
        String key = PartKeys.podLabels(pod.uid());
        if (parts.all().stream().noneMatch(part -> part.key().equals(key))) {
            throw gone(context);
        }
        return pod;
    }

    /** Writes the labels and the policy of the pod that the step holds and that exists. Returns null if the step holds no pod. */
    private PodLabelUpdate.@Nullable Result updateLabels(ActionContext context, HeldParts parts) {
        PodLabelUpdate.Result update = null;
        for (PodPart part : PodPart.all(parts)) {
            update = new PodLabelUpdate(kubernetes, context, parts, part).write(part.allRequests());
            if (update.pod() != null) {
                break;
            }
        }
        return update;
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        branches.closeOpen(context, parts);
        List<String> problems = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<PodPart> pods = PodPart.all(parts);
        if (pods.isEmpty()) {
            notes.add(NOT_HELD);
        }
        // A step that could not create the policy may not be able to delete it either. Its interfaces must not stay
        // isolated.
        boolean retry = false;
        for (PodPart part : pods) {
            try {
                releaseLabels(context, parts, part, problems, notes);
            } catch (ActionException e) {
                retry |= e.kind() == ActionException.Kind.RETRYABLE;
                problems.add(e.getMessage());
            }
        }
        BranchInterfaces.Result interfaces;
        try {
            interfaces = branches.release(context, parts);
        } catch (ActionException e) {
            problems.add(e.getMessage());
            throw e.withMessage(String.join("; ", problems));
        }
        problems.addAll(interfaces.problems());
        if (retry) {
            throw ActionException.retryable(String.join("; ", problems), null);
        }
        notes.addAll(interfaces.notes());
        return ActionResult.ofProblems(problems, true, notes);
    }

    /** Gives a pod its labels back and deletes its policy, unless another step isolates the pod. */
    private void releaseLabels(
            ActionContext context, HeldParts parts, PodPart part, List<String> problems, List<String> notes) {
        String uid = part.prior().uid();
        boolean stays = part.isolatedByOthers();
        Set<String> returned = stays ? Set.of() : removedLabels(context, part);
        Optional<String> adoption = returned.isEmpty() ? Optional.empty() : adoption(context, part);
        PodLabelUpdate.Result update = new PodLabelUpdate(kubernetes, context, parts, part).write(part.others());
        if (update.pod() == null) {
            notes.add("the pod with the uid " + uid + " no longer exists");
        } else if (stays) {
            notes.add("the pod stays isolated: another step isolates it");
        } else {
            notes.add(
                    returned.isEmpty()
                            ? "the pod has its labels again"
                            : "the pod has its labels " + LabelKeys.text(returned) + " again");
            adoption.ifPresent(notes::add);
        }
        problems.addAll(update.problemsOfRelease(part));
        if (!stays) {
            Write delete = new Write.DeletePolicy(context.target().namespace(), PodPart.policyName(uid));
            context.calls().run(delete.description(), () -> kubernetes.write(delete));
            notes.add("the policy " + PodPart.policyName(uid) + " is deleted");
        }
    }

    /** Returns the keys of the labels that a release gives back. */
    private Set<String> removedLabels(ActionContext context, PodPart part) {
        return kubernetes
                .pod(context.target(), part.prior().uid())
                .map(pod -> {
                    Map<String, String> base = PodLabels.base(part.prior(), part.written(), pod.labels());
                    Set<String> removed = new TreeSet<>(base.keySet());
                    removed.removeAll(pod.labels().keySet());
                    return removed;
                })
                .orElse(Set.of());
    }

    /** Returns what the controller of the pod does when the pod gets its labels back; empty if it has no controller. */
    private Optional<String> adoption(ActionContext context, PodPart part) {
        return Optional.ofNullable(part.prior().controller())
                .map(owner -> PodAdoption.effect(owner, controller(context, owner)));
    }

    private @Nullable Controller controller(ActionContext context, Owner owner) {
        return kubernetes.controller(context.target().namespace(), owner).orElse(null);
    }

    @Override
    public List<String> previewRelease(ActionContext context, HeldParts parts) {
        List<String> notes = new ArrayList<>();
        List<PodPart> pods = PodPart.all(parts);
        if (pods.isEmpty()) {
            notes.add(NOT_HELD);
        }
        pods.forEach(part -> previewReleaseOfLabels(context, part, notes));
        notes.addAll(branches.previewRelease(parts));
        return notes;
    }

    private void previewReleaseOfLabels(ActionContext context, PodPart part, List<String> notes) {
        if (part.isolatedByOthers()) {
            notes.add("keeps the pod isolated: another step isolates it");
        } else {
            Set<String> removed = removedLabels(context, part);
            if (!removed.isEmpty()) {
                notes.add("gives the pod its labels " + LabelKeys.text(removed) + " back");
                adoption(context, part).ifPresent(notes::add);
            }
            boolean unwritten = part.written().equals(PodPart.Written.NOTHING);
            notes.add("deletes the policy " + PodPart.policyName(part.prior().uid())
                    + (unwritten ? ", if it was created" : ""));
        }
    }
}
