package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.kubernetes.KubernetesApi.Expression;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.PluginPolicy;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selector;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The objects of a namespace that can give a pod traffic: Services, NetworkPolicies, and the policies of Cilium and Calico. All these
 * policies are additive, so a policy that denies all traffic works only if no other one that allows traffic selects the pod.
 */
final class PodExposure {
    private static final int MAX_PROBLEMS_PER_KIND = 8;
    private static final String NETWORK_POLICY = "NetworkPolicy";

    private final List<Selector> selectors;
    private final List<PluginPolicy> pluginPolicies;

    private final boolean complete;

    private PodExposure(List<Selector> selectors, List<PluginPolicy> pluginPolicies, boolean complete) {
        this.selectors = selectors;
        this.pluginPolicies = pluginPolicies;
        this.complete = complete;
    }

    static PodExposure read(KubernetesApi kubernetes, String namespace) {
        Selectors services = kubernetes.services(namespace);
        Selectors policies = kubernetes.networkPolicies(namespace);
        return new PodExposure(
                Stream.concat(services.all().stream(), policies.all().stream()).toList(),
                kubernetes.pluginPolicies(namespace),
                services.complete() && policies.complete());
    }

    /** Returns whether all Services and NetworkPolicies were read. If not, any label may be one by which they select a pod. */
    boolean isComplete() {
        return complete;
    }

    /** Returns the keys of the labels by which these objects select a pod, or may select it; all of them if not all were read. */
    List<String> selectingLabels(Map<String, String> labels) {
        if (!complete) {
            return List.copyOf(labels.keySet());
        }
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
        for (PluginPolicy policy : pluginPolicies) {
            if (policy.selector().matches(labels) != PodSelector.Match.NO) {
                policy.selector().keys().stream().filter(labels::containsKey).forEach(keys::add);
            }
        }
        return List.copyOf(keys);
    }

    private static boolean isNetworkPolicy(Selector selector, String name) {
        return selector.kind().equals(NETWORK_POLICY) && selector.name().equals(name);
    }

    /** Returns a problem for each object that selects a pod, or may select it, except one NetworkPolicy. */
    List<String> problems(String exceptNetworkPolicy, Map<String, String> labels) {
        List<String> problems = new ArrayList<>();
        List<String> selecting = selectors.stream()
                .filter(selector -> !isNetworkPolicy(selector, exceptNetworkPolicy) && selector.selects(labels))
                .map(selector -> selector.kind() + " " + selector.name() + " still selects the pod"
                        + (selector.kind().equals(NETWORK_POLICY) ? ", and its rules apply" : ""))
                .toList();
        if (!complete) {
            problems.add(
                    "the namespace has more Services and NetworkPolicies than are read; others may select the pod");
        }
        addLimited(problems, selecting, "Services and NetworkPolicies select the pod");
        List<String> allowing = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (PluginPolicy policy : pluginPolicies) {
            String name = policy.kind() + " " + policy.name();
            switch (policy.selector().matches(labels)) {
                case YES -> allowing.add(name + " still selects the pod, and its rules allow traffic");
                case UNKNOWN ->
                    unknown.add(name + " was not evaluated and may allow traffic: "
                            + policy.selector().unknownReason());
                case NO -> {
                    // Does not concern the pod.
                }
            }
        }
        addLimited(problems, allowing, "policies of the network plugin allow traffic");
        addLimited(problems, unknown, "policies of the network plugin were not evaluated");
        return problems;
    }

    private static void addLimited(List<String> problems, List<String> found, String what) {
        problems.addAll(found.subList(0, Math.min(found.size(), MAX_PROBLEMS_PER_KIND)));
        if (found.size() > MAX_PROBLEMS_PER_KIND) {
            problems.add((found.size() - MAX_PROBLEMS_PER_KIND) + " more " + what);
        }
    }
}
