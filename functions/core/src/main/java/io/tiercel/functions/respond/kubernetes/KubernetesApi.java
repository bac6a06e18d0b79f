package io.tiercel.functions.respond.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The part of a Kubernetes API server that actions need. Reads and writes throw
 * {@link io.tiercel.functions.respond.action.ActionException}; a read of what is not there is empty instead.
 */
public interface KubernetesApi {
    /**
     * A pod.
     *
     * @param node where it runs; null before it is scheduled
     * @param address its IP address, as the node has reported it; null before it has one
     * @param hostNetwork whether it shares the node's network
     * @param terminating whether it is being deleted
     */
    record Pod(
            String namespace,
            String name,
            String uid,
            SortedMap<String, String> labels,
            SortedMap<String, String> annotations,
            @Nullable String node,
            @Nullable String address,
            boolean hostNetwork,
            boolean terminating) {}

    /**
     * Something that selects pods by their labels.
     *
     * @param kind {@code Service} or {@code NetworkPolicy}
     * @param labels that a pod must have, with their values
     * @param expressions that must hold too
     */
    record Selector(String kind, String name, Map<String, String> labels, List<Expression> expressions) {
        /** Whether it selects a pod with these labels. */
        boolean selects(Map<String, String> podLabels) {
            return podLabels.entrySet().containsAll(labels.entrySet())
                    && expressions.stream().allMatch(expression -> expression.holds(podLabels));
        }
    }

    /** {@code key In (values)}, {@code NotIn}, {@code Exists}, {@code DoesNotExist}, as in a label selector. */
    record Expression(String key, String operator, List<String> values) {
        boolean holds(Map<String, String> podLabels) {
            String value = podLabels.get(key);
            return switch (operator) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                // What is not understood may select it.
                default -> true;
            };
        }
    }

    /** A node. */
    record Node(String name, boolean unschedulable, SortedMap<String, String> labels) {}

    /** A Deployment, StatefulSet or the like. */
    record Workload(String kind, String namespace, String name, int replicas) {}

    Optional<Pod> pod(String namespace, String name);

    List<Selector> services(String namespace);

    List<Selector> networkPolicies(String namespace);

    Optional<Node> node(String name);

    /** What a pod's controllers lead to and can be scaled; empty if nothing. */
    Optional<Workload> workloadOf(Pod pod);

    Optional<Workload> workload(String kind, String namespace, String name);

    /** Network plugins seen in the cluster that are known to enforce NetworkPolicy; empty if none is. */
    List<String> enforcers();

    /** Makes a call. */
    void write(Write write);

    /** Makes the same call as a dry run of the API server: {@code would succeed}, or why it would not. */
    String dryRun(Write write);

    /** A call that changes something. */
    sealed interface Write {
        /** A NetworkPolicy that allows nothing, in or out, to pods with the label; does nothing if it is there. */
        record DenyAll(String namespace, String name, String label, String value) implements Write {}

        /** Deletes a NetworkPolicy; does nothing if it is gone. */
        record AllowAgain(String namespace, String name) implements Write {}

        /** Sets labels and annotations of a pod of this uid; null removes one. */
        record SetMetadata(
                String namespace,
                String name,
                String uid,
                Map<String, @Nullable String> labels,
                Map<String, @Nullable String> annotations)
                implements Write {}

        /** Deletes the pod of this uid; does nothing if it is gone. */
        record DeletePod(String namespace, String name, String uid, int graceSeconds) implements Write {}

        record SetUnschedulable(String node, boolean on) implements Write {}

        record Scale(String kind, String namespace, String name, int replicas) implements Write {}

        /** The call and its arguments in a line. */
        default String text() {
            String text = toString();
            return "kubernetes " + text.substring(0, Math.min(text.length(), 300));
        }
    }
}
