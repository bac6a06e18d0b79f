package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.NetworkPlugins;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Owner;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code k8s:isolate-pod}: denies all traffic of a pod with a NetworkPolicy for a label that only this pod has.
 *
 * <p>NetworkPolicies are additive. The pod therefore also loses every label by which Services and other policies, including those of
 * Cilium and Calico, select it. Other pods of the workload keep theirs. The first write stores the removed labels in an annotation
 * too, so that people can restore them without Tiercel.
 *
 * <p>A NetworkPolicy says nothing about connections that are already open, and most network plugins accept the packets of tracked
 * connections before they look at policies. The result is therefore partial unless the branch interfaces of the pod are in
 * quarantine, which ends the tracking of their connections.
 */
public final class IsolatePod implements ActionHandler {
    /** The label that the NetworkPolicy selects. Its value is the id of the step. */
    public static final String ISOLATED_LABEL = "tiercel.io/isolated";

    /** The annotation with the removed labels as JSON. */
    public static final String REMOVED_LABELS_ANNOTATION = "tiercel.io/labels-before-isolation";

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

    private final KubernetesApi kubernetes;
    private final BranchInterfaces branches;

    public IsolatePod(KubernetesApi kubernetes, BranchInterfaces branches) {
        this.kubernetes = kubernetes;
        this.branches = branches;
    }

    /**
     * The state before the first write.
     *
     * @param removedLabels the keys of the labels that the pod loses
     * @param controller the controller of the pod; null if it has none, and in states of earlier versions
     */
    private record Prior(
            String uid,
            Map<String, String> labels,
            List<String> removedLabels,
            @Nullable Owner controller) {}

    @Override
    public CapturedState capture(ActionContext context) {
        Pod pod = kubernetes.requirePod(context);
        if (pod.hostNetwork()) {
            throw ActionException.notApplicable(context.target().text()
                    + " uses the host network, to which NetworkPolicies do not apply; nothing was changed");
        }
        List<String> removed = PodExposure.read(kubernetes, pod.namespace()).selectingLabels(pod.labels());
        List<CapturedPart> parts = new ArrayList<>();
        parts.add(CapturedPart.of(
                PartKeys.podLabels(pod.uid()), new Prior(pod.uid(), pod.labels(), removed, pod.controller())));
        parts.addAll(branches.capture(pod));
        return new CapturedState(parts, TargetFacts.ofLabels(pod.labels()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        Pod pod = kubernetes.requirePod(context);
        List<String> notes = new ArrayList<>();
        notes.add("create NetworkPolicy " + policyName(context) + ": " + kubernetes.dryRun(denyPolicy(context)));
        PodExposure exposure = PodExposure.read(kubernetes, pod.namespace());
        List<String> removed = exposure.selectingLabels(pod.labels());
        notes.add("patch the pod, which removes the labels " + removed + ": "
                + kubernetes.dryRun(new Write.SetMetadata(
                        pod.namespace(), pod.name(), pod.uid(), Map.of(ISOLATED_LABEL, context.stepId()), Map.of())));
        notes.addAll(branches.preview(context, pod));
        Map<String, String> remaining = new TreeMap<>(pod.labels());
        removed.forEach(remaining::remove);
        notes.addAll(exposure.problems(policyName(context), remaining));
        notes.addAll(pluginProblems(!branches.capture(pod).isEmpty()));
        return notes;
    }

    /** Returns why traffic of an isolated pod may continue although its policy is in place. */
    private List<String> pluginProblems(boolean interfacesInQuarantine) {
        NetworkPlugins plugins = kubernetes.networkPlugins();
        List<String> problems = new ArrayList<>();
        if (plugins.enforcing().isEmpty()) {
            problems.add(NOT_ENFORCED);
        }
        if (!interfacesInQuarantine) {
            problems.add(OPEN_CONNECTIONS);
        } else if (!plugins.podGroupsOutsideVpc()) {
            problems.add(OUTSIDE_VPC);
        }
        return problems;
    }

    private static String policyName(ActionContext context) {
        return "tiercel-isolate-" + context.stepId();
    }

    private static Write denyPolicy(ActionContext context) {
        return new Write.CreateDenyPolicy(
                context.target().namespace(), policyName(context), ISOLATED_LABEL, context.stepId());
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        String otherStep = prior.labels().get(ISOLATED_LABEL);
        if (otherStep != null && !context.stepId().equals(otherStep)) {
            return ActionResult.skipped("already isolated by step " + otherStep);
        }
        Pod pod = kubernetes
                .pod(context.target(), prior.uid())
                .orElseThrow(() -> ActionException.notFound(
                        context.target().text() + " no longer exists; a new pod with its name is not touched"));
        write(context, denyPolicy(context));
        if (!context.stepId().equals(pod.labels().get(ISOLATED_LABEL))
                || prior.removedLabels().stream().anyMatch(pod.labels()::containsKey)) {
            write(context, isolateLabels(context, pod, prior));
        }
        BranchInterfaces.Result interfaces = branches.isolate(context, pod, parts);
        List<String> problems = new ArrayList<>(interfaces.problems());
        boolean interfacesInQuarantine = interfaces.untracked();
        verify(context, prior, problems);
        problems.addAll(pluginProblems(interfacesInQuarantine));
        List<String> notes = new ArrayList<>();
        if (!prior.removedLabels().isEmpty()) {
            notes.add("removed the labels " + prior.removedLabels() + "; " + REPLACEMENT);
        }
        return ActionResult.ofProblems(problems, true, notes);
    }

    private static Write isolateLabels(ActionContext context, Pod pod, Prior prior) {
        Map<String, @Nullable String> labels = new HashMap<>();
        prior.removedLabels().forEach(key -> labels.put(key, null));
        labels.put(ISOLATED_LABEL, context.stepId());
        Map<String, String> removed = new TreeMap<>();
        prior.removedLabels()
                .forEach(key ->
                        removed.put(key, Objects.requireNonNull(prior.labels().get(key))));
        return new Write.SetMetadata(
                pod.namespace(), pod.name(), pod.uid(), labels, Map.of(REMOVED_LABELS_ANNOTATION, Json.write(removed)));
    }

    private void verify(ActionContext context, Prior prior, List<String> problems) {
        Pod now = kubernetes.pod(context.target(), prior.uid()).orElse(null);
        if (now == null) {
            problems.add("the pod disappeared during the action");
            return;
        }
        if (!context.stepId().equals(now.labels().get(ISOLATED_LABEL))) {
            problems.add("the pod does not have the label that the policy selects");
        }
        PodExposure exposure = PodExposure.read(kubernetes, now.namespace());
        problems.addAll(exposure.problems(policyName(context), now.labels()));
        if (!exposure.isSelectedBy(policyName(context), now.labels())) {
            problems.add("the policy " + policyName(context) + " does not select the pod");
        }
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        List<String> problems = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Pod pod = kubernetes.pod(context.target(), prior.uid()).orElse(null);
        if (pod == null) {
            notes.add("the pod no longer exists");
        } else if (context.stepId().equals(pod.labels().get(ISOLATED_LABEL))) {
            Optional<String> adoption = adoption(context, prior);
            write(context, restoreLabels(pod, prior, problems));
            notes.add(
                    prior.removedLabels().isEmpty()
                            ? "the pod has its labels again"
                            : "the pod has its labels " + prior.removedLabels() + " again");
            adoption.ifPresent(notes::add);
        } else if (!pod.labels().entrySet().containsAll(prior.labels().entrySet())) {
            problems.add("labels not restored: " + ISOLATED_LABEL + " was removed");
        }
        write(context, new Write.DeletePolicy(context.target().namespace(), policyName(context)));
        notes.add("the policy " + policyName(context) + " is deleted");
        problems.addAll(branches.release(context, parts).problems());
        return ActionResult.ofProblems(problems, true, notes);
    }

    /** Returns what the controller of the pod does when the pod gets its labels back; empty if it has no controller. */
    private Optional<String> adoption(ActionContext context, Prior prior) {
        Owner owner = prior.controller();
        return owner == null || prior.removedLabels().isEmpty()
                ? Optional.empty()
                : Optional.of(PodAdoption.effect(
                        owner,
                        kubernetes
                                .controller(context.target().namespace(), owner)
                                .orElse(null)));
    }

    @Override
    public List<String> previewRelease(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        List<String> notes = new ArrayList<>();
        if (kubernetes.pod(context.target(), prior.uid()).isPresent()) {
            notes.add("gives the pod its labels " + prior.removedLabels() + " back");
            adoption(context, prior).ifPresent(notes::add);
        }
        notes.add("deletes the policy " + policyName(context));
        return notes;
    }

    private static Write restoreLabels(Pod pod, Prior prior, List<String> problems) {
        Map<String, @Nullable String> labels = new HashMap<>();
        labels.put(ISOLATED_LABEL, null);
        for (String key : prior.removedLabels()) {
            String now = pod.labels().get(key);
            String before = Objects.requireNonNull(prior.labels().get(key));
            if (now == null) {
                labels.put(key, before);
            } else if (!now.equals(before)) {
                problems.add("label " + key + " not restored: it was changed to " + now);
            }
        }
        Map<String, @Nullable String> annotations = new HashMap<>();
        annotations.put(REMOVED_LABELS_ANNOTATION, null);
        return new Write.SetMetadata(pod.namespace(), pod.name(), pod.uid(), labels, annotations);
    }

    private void write(ActionContext context, Write write) {
        context.calls().run(write.description(), () -> kubernetes.write(write));
    }
}
