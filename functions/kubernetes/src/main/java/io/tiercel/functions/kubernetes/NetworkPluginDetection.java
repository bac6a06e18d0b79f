package io.tiercel.functions.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.NetworkPlugins;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Recognizes network plugins by their DaemonSets. */
final class NetworkPluginDetection {
    /** DaemonSets of network plugins that enforce NetworkPolicy. */
    private static final Set<String> POLICY_PLUGINS = Set.of(
            "antrea-agent", "azure-npm", "calico-node", "canal", "cilium", "kube-router", "ovnkube-node", "weave-net");

    /** The VPC CNI plugin of EKS enforces NetworkPolicy only with an argument. */
    private static final String VPC_CNI = "aws-node";

    private static final String VPC_CNI_POLICY_ARGUMENT = "--enable-network-policy=true";

    /** In the mode {@code standard}, traffic of pods that leaves the VPC is subject to the security groups of the node. */
    private static final String ENFORCING_MODE = "POD_SECURITY_GROUP_ENFORCING_MODE";

    private NetworkPluginDetection() {}

    static NetworkPlugins detect(List<DaemonSet> daemonSets) {
        return new NetworkPlugins(
                daemonSets.stream()
                        .filter(NetworkPluginDetection::enforcesNetworkPolicy)
                        .map(NetworkPluginDetection::name)
                        .sorted()
                        .toList(),
                daemonSets.stream().noneMatch(NetworkPluginDetection::hasStandardMode));
    }

    private static String name(DaemonSet set) {
        return set.getMetadata().getName();
    }

    private static Stream<Container> containers(DaemonSet set) {
        return set.getSpec().getTemplate().getSpec().getContainers().stream();
    }

    private static boolean enforcesNetworkPolicy(DaemonSet set) {
        return POLICY_PLUGINS.contains(name(set))
                || name(set).equals(VPC_CNI)
                        && containers(set)
                                .flatMap(container ->
                                        container.getArgs() == null ? Stream.empty() : container.getArgs().stream())
                                .filter(Objects::nonNull)
                                .anyMatch(VPC_CNI_POLICY_ARGUMENT::equals);
    }

    private static boolean hasStandardMode(DaemonSet set) {
        return name(set).equals(VPC_CNI)
                && containers(set)
                        .flatMap(container -> container.getEnv() == null ? Stream.empty() : container.getEnv().stream())
                        .anyMatch(variable ->
                                ENFORCING_MODE.equals(variable.getName()) && "standard".equals(variable.getValue()));
    }
}
