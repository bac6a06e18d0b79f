package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.rules.text.TextLimit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The Kubernetes API operations that actions need. Reads and writes throw {@link ActionException}. A read of an object that
 * does not exist returns an empty result. A write that the API server rejects because of the object, such as one that would become
 * too large, fails with the kind {@code NOT_APPLICABLE}.
 */
public interface KubernetesApi {
    /**
     * A pod.
     *
     * @param resourceVersion its version, which every change replaces
     * @param node the node it runs on; null before it is scheduled
     * @param address its IP address, as the kubelet reported it; null before it has one
     * @param hostNetwork whether it uses the network of the node
     * @param terminating whether it is being deleted
     * @param controller the object that controls it; null if none does
     */
    record Pod(
            String namespace,
            String name,
            String uid,
            String resourceVersion,
            SortedMap<String, String> labels,
            SortedMap<String, String> annotations,
            @Nullable String node,
            @Nullable String address,
            boolean hostNetwork,
            boolean terminating,
            @Nullable Owner controller) {}

    /**
     * An owner that a pod names, in its namespace. The creator of the pod chooses all values, so each of them is a claim.
     *
     * @param uid the uid of the owner; null in states that an earlier version stored
     */
    record Owner(String kind, String name, @Nullable String uid) {}

    /**
     * A controller of pods.
     *
     * @param desired the number of pods that it wants, on one node if it is a DaemonSet
     * @param current the number of pods that it has
     */
    record Controller(String kind, String name, int desired, int current) {}

    /**
     * An object that selects pods by label.
     *
     * @param kind {@code Service} or {@code NetworkPolicy}
     * @param labels the labels that a pod must have, with their values
     * @param expressions further requirements, all of which must match
     */
    record Selector(String kind, String name, Map<String, String> labels, List<Expression> expressions) {
        /** Returns whether this object selects a pod with these labels. */
        public boolean selects(Map<String, String> podLabels) {
            return podLabels.entrySet().containsAll(labels.entrySet())
                    && expressions.stream().allMatch(expression -> expression.matches(podLabels));
        }
    }

    /**
     * A requirement of a label selector with the operator {@code In}, {@code NotIn}, {@code Exists} or {@code
     * DoesNotExist}.
     */
    record Expression(String key, String operator, List<String> values) {
        boolean matches(Map<String, String> podLabels) {
            String value = podLabels.get(key);
            return switch (operator) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                // An unknown operator may select the pod.
                default -> true;
            };
        }
    }

    /**
     * Objects that select pods by label.
     *
     * @param all the objects that were read
     * @param complete whether there are no others; false if the namespace has more than the client reads
     */
    record Selectors(List<Selector> all, boolean complete) {
        public Selectors {
            all = List.copyOf(all);
        }
    }

    /**
     * A policy of a network plugin whose rules allow some traffic. It applies in addition to NetworkPolicies.
     *
     * @param kind such as {@code CiliumNetworkPolicy}
     * @param selector the pods that it selects
     */
    record PluginPolicy(String kind, String name, PodSelector selector) {}

    /**
     * The network plugins of the cluster.
     *
     * @param enforcing the plugins that are known to enforce NetworkPolicy
     * @param podGroupsOutsideVpc whether the security groups of a pod also filter its traffic that leaves the VPC. In the mode
     *     {@code standard} the VPC CNI plugin sends that traffic through the interface of the node
     */
    record NetworkPlugins(List<String> enforcing, boolean podGroupsOutsideVpc) {}

    /** A node. */
    record Node(String name, String uid, boolean unschedulable, SortedMap<String, String> labels) {}

    /** A Deployment or StatefulSet. */
    record Workload(String kind, String namespace, String name, String uid, int replicas) {}

    Optional<Pod> pod(String namespace, String name);

    /** Returns the pod with the name of a target. */
    default Optional<Pod> pod(Target target) {
        return pod(target.namespace(), target.podName());
    }

    /** Returns the pod with the name of a target if it still has the given uid. */
    default Optional<Pod> pod(Target target, String uid) {
        return pod(target).filter(pod -> pod.uid().equals(uid));
    }

    /**
     * Returns the pod of the target.
     *
     * @throws ActionException of kind {@code NOT_FOUND} if the pod does not exist or if the target is an earlier pod of the same
     *     name
     */
    default Pod requirePod(ActionContext context) {
        Target target = context.target();
        Pod pod = pod(target).orElseThrow(() -> ActionException.notFound(target.text() + " does not exist"));
        String expected = context.expectedPodUid();
        if (expected != null && !expected.equals(pod.uid())) {
            throw ActionException.notFound(
                    target.text() + " is now another pod of the same name, which is not touched: its" + " uid is "
                            + pod.uid() + ", that of the target " + expected);
        }
        return pod;
    }

    Selectors services(String namespace);

    Selectors networkPolicies(String namespace);

    /** Returns whether a NetworkPolicy exists and is exactly the one that the call creates. */
    boolean isInPlace(Write.CreateDenyPolicy policy);

    /**
     * Returns the policies of Cilium and Calico that may apply to pods of a namespace and whose rules allow traffic. The result is
     * empty if the cluster does not serve them. It is limited, and names what it does not include.
     */
    List<PluginPolicy> pluginPolicies(String namespace);

    /** Returns a controller of pods; empty if no object of a known kind has its name and uid. */
    Optional<Controller> controller(String namespace, Owner owner);

    Optional<Node> node(String name);

    /**
     * Returns the scalable workload that controls a pod, directly or through a ReplicaSet. The result is empty unless every hop is
     * proven: each object has the uid that its dependent names, its selector matches, and the names are those that the controllers
     * of Kubernetes give.
     *
     * @param pod the pod, with the labels and the controller that count
     */
    Optional<Workload> workloadOf(Pod pod);

    Optional<Workload> workload(String kind, String namespace, String name);

    /** Returns the network plugins of the cluster. */
    NetworkPlugins networkPlugins();

    /** Makes a call. */
    void write(Write write);

    /**
     * Makes the same call as a server-side dry run. Returns {@code would succeed}, or why the server would refuse the
     * call.
     */
    String dryRun(Write write);

    /** A call that changes the target. */
    sealed interface Write {
        /**
         * Creates a NetworkPolicy that denies all traffic of pods with a label. Replaces a policy of this name that has another
         * content. Does nothing if the policy exists.
         */
        record CreateDenyPolicy(String namespace, String name, String label, String value) implements Write {}

        /** Deletes a NetworkPolicy. Does nothing if it does not exist. */
        record DeletePolicy(String namespace, String name) implements Write {}

        /**
         * Sets labels and annotations of the pod with this uid. A null value removes one.
         *
         * @param resourceVersion the version that the pod must have, so that no change of another client is lost; null for any
         */
        record SetMetadata(
                String namespace,
                String name,
                String uid,
                @Nullable String resourceVersion,
                Map<String, @Nullable String> labels,
                Map<String, @Nullable String> annotations)
                implements Write {}

        /** Deletes the pod with this uid. Does nothing if it does not exist. */
        record DeletePod(String namespace, String name, String uid, int graceSeconds) implements Write {}

        /** Cordons or uncordons the node with this uid. */
        record SetUnschedulable(String node, String uid, boolean on) implements Write {}

        /** Scales the workload with this uid. */
        record Scale(String kind, String namespace, String name, String uid, int replicas) implements Write {}

        /** Returns the call and its arguments on one line, for the audit log. */
        default String description() {
            return "kubernetes " + TextLimit.cut(SafeText.oneLine(toString()), 300, "[...]");
        }
    }
}
