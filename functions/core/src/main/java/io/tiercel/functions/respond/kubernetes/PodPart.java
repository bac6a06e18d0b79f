package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Owner;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The part of a pod that {@code k8s:isolate-pod} and {@code k8s:label} share: its labels, and the NetworkPolicy that isolates it.
 *
 * @param key the key of the part
 * @param prior the pod before the first write
 * @param written the labels that are written; {@link Written#NOTHING} before the first write
 * @param own what this step wants
 * @param others what other steps want
 */
record PodPart(String key, Prior prior, Written written, Request own, List<Request> others) {
    /** The label that the NetworkPolicy selects. Its value is the uid of the pod. */
    static final String ISOLATED_LABEL = "tiercel.io/isolated";

    /** The annotation with the removed labels as JSON. */
    static final String REMOVED_LABELS_ANNOTATION = "tiercel.io/labels-before-isolation";

    /**
     * The pod before the first write.
     *
     * @param labels all its labels. The API server limits a key to 317 and a value to 63 characters, and a pod to about 1.5 MiB
     * @param annotated whether it has an annotation of another client with the key of ours, which is not touched
     * @param controller its controller; null if it has none
     */
    record Prior(
            String uid,
            SortedMap<String, String> labels,
            boolean annotated,
            @Nullable Owner controller) {}

    /**
     * What a step wants.
     *
     * @param isolate whether the pod is to be isolated
     * @param labels the labels to set
     */
    record Request(boolean isolate, SortedMap<String, String> labels) {
        static Request isolation() {
            return new Request(true, new TreeMap<>());
        }

        static Request label(String key, String value) {
            return new Request(false, new TreeMap<>(Map.of(key, value)));
        }
    }

    /**
     * The labels that this product has written or may have written.
     *
     * @param everything whether all labels of the prior state are removed, except those in {@code labels}
     * @param labels by key
     */
    record Written(boolean everything, SortedMap<String, WrittenLabel> labels) {
        static final Written NOTHING = new Written(false, new TreeMap<>());
    }

    /**
     * A label that was written.
     *
     * @param values the values that were written, the oldest first; null stands for removing the label. A label with another value
     *     was changed by another client
     * @param changed whether another client has changed the label, so that the release leaves {@code base} and not the prior value
     * @param base the value of the other client; null if it removed the label
     */
    record WrittenLabel(
            List<@Nullable String> values,
            boolean changed,
            @Nullable String base) {}

    /**
     * Returns the part of a step that has no parts of another type.
     *
     * @throws ActionException if the step holds no pod
     */
    static PodPart of(HeldParts parts) {
        return all(parts).stream()
                .findFirst()
                .orElseThrow(() -> ActionException.permanent("the step does not hold the labels of a pod"));
    }

    /**
     * Returns the parts of a step that are pods. There is none if the step could hold only branch interfaces. There are two if the
     * pod was replaced by one of the same name while the step began to hold it, and the uid of the target is not known.
     */
    static List<PodPart> all(HeldParts parts) {
        return parts.all().stream()
                .filter(part -> PartKeys.isPodLabels(part.key()))
                .map(PodPart::of)
                .toList();
    }

    private static PodPart of(HeldPart held) {
        String written = held.written();
        return new PodPart(
                held.key(),
                held.prior(Prior.class),
                written == null ? Written.NOTHING : CapturedState.parse(written, Written.class),
                held.request(Request.class),
                held.otherRequests(Request.class));
    }

    /**
     * Captures the part. Labels that a workload chooses are never taken for those of this product: the value of its label is the
     * uid, which nobody knows before the pod exists, and its policy exists. An isolated pod cannot be captured, because its prior
     * labels are not there.
     */
    static CapturedPart capture(KubernetesApi kubernetes, Pod pod, Request request) {
        SortedMap<String, String> labels = new TreeMap<>(pod.labels());
        boolean labeled = labels.remove(ISOLATED_LABEL, pod.uid());
        boolean isolated = labeled && kubernetes.isInPlace(denyPolicy(pod.namespace(), pod.uid()));
        Prior prior = new Prior(
                pod.uid(),
                labels,
                !labeled && pod.annotations().containsKey(REMOVED_LABELS_ANNOTATION),
                pod.controller());
        return new CapturedPart(PartKeys.podLabels(pod.uid()), Json.write(prior), Json.write(request), null)
                .ours(
                        isolated
                                ? "the pod is isolated already, but no step holds it, so its labels before are not known; restore"
                                        + " them from the annotation " + REMOVED_LABELS_ANNOTATION
                                        + ", remove the label "
                                        + ISOLATED_LABEL + " and delete the policy " + policyName(pod.uid())
                                : null);
    }

    /** Returns a pod with the labels and the controller from before the first write of any step; unchanged if no step holds it. */
    static Pod beforeFirstWrite(ActionContext context, Pod pod) {
        String state = context.priorStates().find(PartKeys.podLabels(pod.uid()));
        if (state == null) {
            return pod;
        }
        Prior prior = CapturedState.parse(state, Prior.class);
        return new Pod(
                pod.namespace(),
                pod.name(),
                pod.uid(),
                pod.resourceVersion(),
                prior.labels(),
                pod.annotations(),
                pod.node(),
                pod.address(),
                pod.hostNetwork(),
                pod.terminating(),
                prior.controller());
    }

    /** Returns the name of the policy that isolates a pod. */
    static String policyName(String uid) {
        return "tiercel-isolate-" + uid;
    }

    /** Returns the call that creates the policy that isolates a pod. */
    static Write.CreateDenyPolicy denyPolicy(String namespace, String uid) {
        return new Write.CreateDenyPolicy(namespace, policyName(uid), ISOLATED_LABEL, uid);
    }

    Write.CreateDenyPolicy denyPolicy(ActionContext context) {
        return denyPolicy(context.target().namespace(), prior.uid());
    }

    /** Returns what all steps want. */
    List<Request> allRequests() {
        List<Request> all = new ArrayList<>(others);
        all.add(own);
        return all;
    }

    /** Returns whether another step isolates the pod. */
    boolean isolatedByOthers() {
        return others.stream().anyMatch(Request::isolate);
    }

    /** Returns whether another step sets a label to another value. */
    boolean otherValueWanted(String label, String value) {
        return others.stream()
                .map(request -> request.labels().get(label))
                .anyMatch(wanted -> wanted != null && !Objects.equals(wanted, value));
    }
}
