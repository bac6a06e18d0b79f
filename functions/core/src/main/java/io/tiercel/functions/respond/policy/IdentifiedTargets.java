package io.tiercel.functions.respond.policy;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.enrich.ResourceNames;
import io.tiercel.functions.enrich.TargetConfirmation;
import io.tiercel.functions.enrich.TargetConfirmations;
import io.tiercel.functions.respond.action.Target;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The targets that the enrichment of an alert identifies, each with its confirmation.
 *
 * @param pod the pod, with its uid from the alert or else from the cluster
 * @param node the Kubernetes node
 * @param instance the EC2 instance: the verified sender's or its node's; else the one that EC2 described or the alert names
 */
public record IdentifiedTargets(IdentifiedTarget pod, IdentifiedTarget node, IdentifiedTarget instance) {
    /** UUIDs, and the hashes that the kubelet uses as uids of static pods. Uids in alerts are untrusted until they match. */
    private static final Pattern UID = Pattern.compile("[0-9a-zA-Z-]{1,64}");

    /** Returns the targets of an enrichment. A pure function of its facts. */
    public static IdentifiedTargets of(Enrichment enrichment) {
        TargetConfirmations confirmations = TargetConfirmations.of(enrichment);
        return new IdentifiedTargets(
                identified(pod(enrichment), confirmations.pod()),
                identified(node(enrichment), confirmations.node()),
                identified(instance(enrichment), confirmations.instance()));
    }

    private static IdentifiedTarget identified(Optional<Target> target, TargetConfirmation confirmation) {
        return new IdentifiedTarget(target.orElse(null), confirmation);
    }

    private static Optional<Target> pod(Enrichment enrichment) {
        HostFacts host = enrichment.host();
        PodFacts pod = enrichment.pod();
        String known = host.podUid() != null ? host.podUid() : pod == null ? null : pod.uid();
        String uid = known != null && UID.matcher(known).matches() ? known : null;
        return kubernetesName(host.namespace())
                .flatMap(namespace -> kubernetesName(host.pod()).map(name -> Target.pod(namespace, name, uid)));
    }

    private static Optional<Target> node(Enrichment enrichment) {
        HostFacts host = enrichment.host();
        String name = enrichment.node() != null ? enrichment.node().name() : host.pod() == null ? null : host.node();
        return kubernetesName(name).map(node -> new Target(Target.Kind.NODE, node));
    }

    private static Optional<Target> instance(Enrichment enrichment) {
        return Optional.ofNullable(instanceId(enrichment))
                .filter(ResourceNames::isInstanceId)
                .map(id -> new Target(Target.Kind.INSTANCE, id));
    }

    private static @Nullable String instanceId(Enrichment enrichment) {
        NodeFacts node = enrichment.node();
        InstanceFacts instance = enrichment.instance();
        if (enrichment.sender().instanceId() != null) {
            return enrichment.sender().instanceId();
        }
        if (node != null && node.instanceId() != null) {
            return node.instanceId();
        }
        return instance != null ? instance.id() : enrichment.host().instanceId();
    }

    private static Optional<String> kubernetesName(@Nullable String name) {
        return Optional.ofNullable(name).filter(ResourceNames::isKubernetesName);
    }
}
