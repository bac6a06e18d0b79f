package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Expression;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selector;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code k8s:isolate-pod}: a policy that denies everything both ways, for a label that no other pod has. Policies add up, so
 * the pod also loses every label by which Services and other policies select it; its siblings keep theirs. With the first
 * write of the pod its labels are remembered in an annotation as well, for people who have to do without Tiercel.
 */
public final class IsolatePod implements ActionHandler {
    /** The label that the policy selects by; its value is the step's id. */
    public static final String LABEL = "tiercel.io/isolated";

    /** The annotation that remembers the labels that were taken away, as JSON. */
    public static final String REMEMBERED = "tiercel.io/labels-before-isolation";

    private static final String REPLACED =
            "its controller, if it was found by those labels, starts another pod in its place";
    private static final String FLOWS =
            "what remains open: whether connections that were open before are cut is up to the network plugin";

    private final KubernetesApi cluster;
    private final BranchInterfaces branches;

    public IsolatePod(KubernetesApi cluster, BranchInterfaces branches) {
        this.cluster = cluster;
        this.branches = branches;
    }

    /** @param branch the state of the pod's own network interfaces, as {@link BranchInterfaces} gave it; null if it has none */
    private record Prior(
            String uid,
            Map<String, String> labels,
            List<String> stripped,
            @Nullable String branch) {}

    private Pod pod(ActionContext work) {
        return cluster.pod(work.target().namespace(), work.target().podName())
                .orElseThrow(() -> ActionException.absent(work.target().text() + " is not there"));
    }

    /** The pod that was meant; null if it is gone, be it that another one has its name now. */
    private @Nullable Pod same(ActionContext work, Prior prior) {
        return cluster.pod(work.target().namespace(), work.target().podName())
                .filter(pod -> pod.uid().equals(prior.uid()))
                .orElse(null);
    }

    private List<Selector> selectors(String namespace) {
        return Stream.concat(cluster.services(namespace).stream(), cluster.networkPolicies(namespace).stream())
                .toList();
    }

    /** Labels by which Services and policies select it. */
    private static TreeSet<String> selecting(List<Selector> selectors, Map<String, String> labels) {
        TreeSet<String> keys = new TreeSet<>();
        for (Selector selector : selectors) {
            if (selector.selects(labels)) {
                keys.addAll(selector.labels().keySet());
                selector.expressions().stream()
                        .map(Expression::key)
                        .filter(labels::containsKey)
                        .forEach(keys::add);
            }
        }
        return keys;
    }

    @Override
    public CapturedState capture(ActionContext work) {
        Pod pod = pod(work);
        if (pod.hostNetwork()) {
            throw ActionException.because(
                    work.target().text() + " shares its node's network, to which no policy applies; nothing was done");
        }
        List<String> stripped = List.copyOf(selecting(selectors(pod.namespace()), pod.labels()));
        return CapturedState.of(
                new Prior(pod.uid(), pod.labels(), stripped, branches.capture(pod)),
                TargetFacts.labelled(pod.labels()));
    }

    @Override
    public List<String> preview(ActionContext work) {
        Pod pod = pod(work);
        List<String> notes = new ArrayList<>();
        notes.add("create NetworkPolicy " + policy(work) + ": " + cluster.dryRun(denyAll(work)));
        TreeSet<String> stripped = selecting(selectors(pod.namespace()), pod.labels());
        notes.add("patch the pod, which loses the labels " + stripped + ": "
                + cluster.dryRun(new Write.SetMetadata(
                        pod.namespace(), pod.name(), pod.uid(), Map.of(LABEL, work.stepId()), Map.of())));
        notes.addAll(branches.preview(pod));
        notes.addAll(enforcement());
        return notes;
    }

    private List<String> enforcement() {
        List<String> enforcers = cluster.enforcers();
        return enforcers.isEmpty()
                ? List.of(
                        "no network plugin was found that is known to enforce NetworkPolicy: the policy may have no effect")
                : List.of();
    }

    private static String policy(ActionContext work) {
        return "tiercel-isolate-" + work.stepId();
    }

    private static Write denyAll(ActionContext work) {
        return new Write.DenyAll(work.target().namespace(), policy(work), LABEL, work.stepId());
    }

    @Override
    public ActionResult apply(ActionContext work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        if (prior.labels().containsKey(LABEL)
                && !work.stepId().equals(prior.labels().get(LABEL))) {
            return ActionResult.skipped(
                    "isolated already, by step " + prior.labels().get(LABEL));
        }
        Pod pod = same(work, prior);
        if (pod == null) {
            throw ActionException.absent(work.target().text() + " is gone; a pod of the same name is not touched");
        }
        write(work, denyAll(work));
        if (!work.stepId().equals(pod.labels().get(LABEL))
                || prior.stripped().stream().anyMatch(pod.labels()::containsKey)) {
            Map<String, @Nullable String> labels = new HashMap<>();
            prior.stripped().forEach(key -> labels.put(key, null));
            labels.put(LABEL, work.stepId());
            Map<String, String> remembered = new TreeMap<>();
            prior.stripped()
                    .forEach(key -> remembered.put(
                            key, Objects.requireNonNull(prior.labels().get(key))));
            write(
                    work,
                    new Write.SetMetadata(
                            pod.namespace(),
                            pod.name(),
                            pod.uid(),
                            labels,
                            Map.of(REMEMBERED, StateJson.write(remembered))));
        }
        List<String> problems = new ArrayList<>(branches.isolate(work, prior.branch()));
        verify(work, prior, problems);
        List<String> notes = new ArrayList<>();
        if (!prior.stripped().isEmpty()) {
            notes.add("it lost the labels " + prior.stripped() + "; " + REPLACED);
        }
        notes.add(FLOWS);
        return ActionResult.of(problems, true, notes);
    }

    private void verify(ActionContext work, Prior prior, List<String> problems) {
        Pod now = same(work, prior);
        if (now == null) {
            problems.add("it went away meanwhile");
            return;
        }
        if (!work.stepId().equals(now.labels().get(LABEL))) {
            problems.add("it does not have the label that the policy selects");
        }
        boolean denied = false;
        for (Selector selector : selectors(now.namespace())) {
            if (selector.name().equals(policy(work)) && selector.kind().equals("NetworkPolicy")) {
                denied = selector.selects(now.labels());
            } else if (selector.selects(now.labels())) {
                problems.add(selector.kind() + " " + selector.name() + " still selects it"
                        + (selector.kind().equals("Service") ? "" : " and allows what it allows"));
            }
        }
        if (!denied) {
            problems.add("the policy " + policy(work) + " does not select it");
        }
        problems.addAll(enforcement());
    }

    @Override
    public ActionResult release(ActionContext work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        List<String> problems = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Pod pod = same(work, prior);
        if (pod == null) {
            notes.add("the pod is gone");
        } else if (work.stepId().equals(pod.labels().get(LABEL))) {
            Map<String, @Nullable String> labels = new HashMap<>();
            labels.put(LABEL, null);
            for (String key : prior.stripped()) {
                String now = pod.labels().get(key);
                String before = Objects.requireNonNull(prior.labels().get(key));
                if (now == null) {
                    labels.put(key, before);
                } else if (!now.equals(before)) {
                    problems.add("label " + key + " is left as it is: somebody has set it to " + now);
                }
            }
            Map<String, @Nullable String> annotations = new HashMap<>();
            annotations.put(REMEMBERED, null);
            write(work, new Write.SetMetadata(pod.namespace(), pod.name(), pod.uid(), labels, annotations));
        } else if (!pod.labels().entrySet().containsAll(prior.labels().entrySet())) {
            problems.add("its labels are left as they are: somebody has taken " + LABEL + " away");
        }
        write(work, new Write.AllowAgain(work.target().namespace(), policy(work)));
        problems.addAll(branches.release(work, prior.branch()));
        return ActionResult.of(problems, true, notes);
    }

    private void write(ActionContext work, Write write) {
        work.calls().run(write.text(), () -> cluster.write(write));
    }
}
