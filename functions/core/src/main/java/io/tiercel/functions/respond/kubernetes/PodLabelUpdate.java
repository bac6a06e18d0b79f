package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import io.tiercel.functions.respond.kubernetes.PodLabels.Desired;
import io.tiercel.functions.respond.kubernetes.PodPart.Request;
import io.tiercel.functions.respond.kubernetes.PodPart.Written;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings the labels of a pod, and the policy that isolates it, into the state that some steps want. Each attempt reads the pod,
 * computes its labels and writes the difference on the condition that the pod has not changed. The next attempt confirms the write.
 */
final class PodLabelUpdate {
    /** Another client may change the pod between each read and write. */
    private static final int MAX_CONDITIONAL_WRITES = 4;

    /** The last write has no condition, so that a client that keeps changing the pod cannot keep it from being isolated. */
    private static final int MAX_ATTEMPTS = MAX_CONDITIONAL_WRITES + 2;

    /**
     * Maximum length of the stored {@link Written}, in characters: three quarters of the limit. If the list of removed labels is
     * longer, every label is removed, and the list is not needed.
     */
    private static final int MAX_WRITTEN = 48 * 1024;

    /** Maximum number of messages about labels that another client has changed. */
    private static final int MAX_DRIFT = 10;

    private final KubernetesApi kubernetes;
    private final ActionContext context;
    private final HeldParts parts;
    private final PodPart part;
    private Written written;
    private boolean everything;
    private boolean annotate;

    PodLabelUpdate(KubernetesApi kubernetes, ActionContext context, HeldParts parts, PodPart part) {
        this.kubernetes = kubernetes;
        this.context = context;
        this.parts = parts;
        this.part = part;
        this.written = part.written();
        this.everything = written.everything();
        this.annotate = !part.prior().annotated();
    }

    /**
     * The state after the update.
     *
     * @param pod the pod; null if it no longer exists
     * @param base the labels that it would have without this product
     * @param removed the keys of the removed labels
     * @param drifted the keys of the written labels that another client has changed
     * @param exposure the objects that give the pod traffic; null if no step isolates it
     * @param settled whether the pod has the desired labels
     * @param annotated whether the annotation has the removed labels
     */
    record Result(
            @Nullable Pod pod,
            SortedMap<String, String> base,
            SortedSet<String> removed,
            SortedSet<String> drifted,
            @Nullable PodExposure exposure,
            boolean settled,
            boolean annotated) {
        private static final Result NO_POD =
                new Result(null, new TreeMap<>(), new TreeSet<>(), new TreeSet<>(), null, true, false);

        /** Returns the exposure of an isolated pod. */
        PodExposure requireExposure() {
            return Objects.requireNonNull(exposure, "a step isolates the pod");
        }

        /** Returns why a release has not restored the prior labels; empty if it has, or if other steps hold the part. */
        List<String> problemsOfRelease(PodPart part) {
            List<String> problems = new ArrayList<>();
            if (!settled) {
                problems.add("the labels of the pod keep changing");
            }
            if (part.others().isEmpty()) {
                drifted.stream().limit(MAX_DRIFT).forEach(key -> problems.add(drift(part.prior(), key)));
            }
            if (part.others().isEmpty() && drifted.size() > MAX_DRIFT) {
                problems.add((drifted.size() - MAX_DRIFT) + " more labels not restored");
            }
            return problems;
        }

        private String drift(PodPart.Prior prior, String key) {
            String before = prior.labels().get(key);
            String now = base.get(key);
            return "label " + key + " not restored"
                    + (before == null ? "" : " to " + before)
                    + ": it was "
                    + (now == null ? "removed" : "changed to " + now);
        }
    }

    /** Writes what some steps want. If there are none, the pod gets the labels that it would have without this product. */
    Result write(List<Request> requests) {
        for (int attempt = 0; ; attempt++) {
            context.deadline().check();
            Optional<Pod> found = kubernetes.pod(context.target(), part.prior().uid());
            if (found.isEmpty()) {
                return Result.NO_POD;
            }
            Pod pod = found.get();
            boolean isolate = requests.stream().anyMatch(Request::isolate);
            PodExposure exposure = isolate ? PodExposure.read(kubernetes, pod.namespace()) : null;
            if (isolate && !kubernetes.isInPlace(part.denyPolicy(context))) {
                call(part.denyPolicy(context));
            }
            SortedMap<String, String> base = PodLabels.base(part.prior(), written, pod.labels());
            SortedSet<String> drifted = PodLabels.drifted(part.prior(), written, base);
            if (requests.isEmpty() && context.restoreDrift()) {
                drifted.forEach(key -> restorePrior(base, key));
            }
            Desired desired = desire(pod, base, requests, exposure);
            Write.SetMetadata write = change(pod, base, desired, isolate, attempt < MAX_CONDITIONAL_WRITES);
            boolean last = attempt == MAX_ATTEMPTS - 1;
            if (write == null || last) {
                return new Result(
                        pod,
                        base,
                        desired.removed(),
                        drifted,
                        exposure,
                        write == null,
                        pod.annotations().containsKey(PodPart.REMOVED_LABELS_ANNOTATION));
            }
            execute(pod, write);
        }
    }

    private void restorePrior(SortedMap<String, String> base, String key) {
        String value = part.prior().labels().get(key);
        if (value == null) {
            base.remove(key);
        } else {
            base.put(key, value);
        }
    }

    /** Computes the desired labels, and stores durably what is about to be written. */
    private Desired desire(
            Pod pod, SortedMap<String, String> base, List<Request> requests, @Nullable PodExposure exposure) {
        boolean isolate = exposure != null;
        if (exposure == null) {
            everything = false;
        } else if (!exposure.isComplete()) {
            everything = true;
        }
        Desired desired = desired(base, requests, exposure);
        Written next = PodLabels.record(part.prior(), written, pod.labels(), base, desired, everything);
        if (isolate && !everything && Json.write(next).length() > MAX_WRITTEN) {
            everything = true;
            desired = desired(base, requests, exposure);
            next = PodLabels.record(part.prior(), written, pod.labels(), base, desired, true);
        }
        next = limited(next);
        if (!next.equals(written) && !requests.isEmpty()) {
            parts.record(part.key(), Json.write(next), false);
            written = next;
        }
        return desired;
    }

    private Desired desired(SortedMap<String, String> base, List<Request> requests, @Nullable PodExposure exposure) {
        return PodLabels.desired(
                base,
                written,
                requests,
                part.prior().uid(),
                labels -> exposure == null ? List.of() : exposure.selectingLabels(labels),
                everything);
    }

    /** Forgets changes of other clients that exceed the limit. The release restores the prior values of these labels. */
    private Written limited(Written next) {
        if (Json.write(next).length() <= MAX_WRITTEN) {
            return next;
        }
        SortedMap<String, PodPart.WrittenLabel> labels = new TreeMap<>();
        int characters = 0;
        for (Map.Entry<String, PodPart.WrittenLabel> label : next.labels().entrySet()) {
            boolean needed = label.getValue().values().stream().anyMatch(Objects::nonNull);
            characters += Json.write(label).length();
            if (needed || characters < MAX_WRITTEN / 2) {
                labels.put(label.getKey(), label.getValue());
            }
        }
        return new Written(next.everything(), labels);
    }

    /** Returns the call that changes the pod; null if nothing is to be changed. */
    private Write.@Nullable SetMetadata change(
            Pod pod, SortedMap<String, String> base, Desired desired, boolean isolate, boolean conditional) {
        Map<String, @Nullable String> labels = PodLabels.changes(pod.labels(), desired.labels());
        Map<String, @Nullable String> annotations = new HashMap<>();
        if (!part.prior().annotated()) {
            String present = pod.annotations().get(PodPart.REMOVED_LABELS_ANNOTATION);
            String wanted = isolate && annotate ? RemovedLabelsAnnotation.of(pod, base, desired.removed()) : null;
            if (isolate ? wanted != null && !wanted.equals(present) : present != null) {
                annotations.put(PodPart.REMOVED_LABELS_ANNOTATION, wanted);
            }
        }
        return labels.isEmpty() && annotations.isEmpty()
                ? null
                : new Write.SetMetadata(
                        pod.namespace(),
                        pod.name(),
                        pod.uid(),
                        conditional ? pod.resourceVersion() : null,
                        labels,
                        annotations);
    }

    /**
     * Writes the labels. If the pod has changed since it was read, the next attempt sees why. If the pod would become too
     * large, the next attempt does without the annotation, and the one after it removes every label.
     */
    private void execute(Pod pod, Write.SetMetadata write) {
        try {
            call(write);
        } catch (ActionException e) {
            boolean smaller = annotate || !everything && write.labels().containsKey(PodPart.ISOLATED_LABEL);
            if (e.kind() == ActionException.Kind.NOT_APPLICABLE && smaller) {
                if (annotate) {
                    annotate = false;
                } else {
                    everything = true;
                }
            } else if (e.kind() != ActionException.Kind.RETRYABLE || !hasChanged(pod)) {
                throw e;
            }
        }
    }

    private boolean hasChanged(Pod pod) {
        return kubernetes
                .pod(context.target(), pod.uid())
                .filter(now -> now.resourceVersion().equals(pod.resourceVersion()))
                .isEmpty();
    }

    private void call(Write write) {
        context.calls().run(write.description(), () -> kubernetes.write(write));
    }
}
