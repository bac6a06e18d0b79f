package io.tiercel.functions.respond.policy;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.enrich.ResourceNames;
import io.tiercel.functions.enrich.TargetConfirmation;
import io.tiercel.functions.enrich.TargetConfirmations;
import io.tiercel.functions.respond.action.Target;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The targets that the enrichment of an alert identifies. A target that is not confirmed is null.
 *
 * @param pod the pod
 * @param node the Kubernetes node
 * @param instance the EC2 instance
 */
public record IdentifiedTargets(
        @Nullable Target pod,
        @Nullable Target node,
        @Nullable Target instance) {
    /** Returns the targets of an enrichment. */
    public static IdentifiedTargets of(Enrichment enrichment) {
        return new IdentifiedTargets(
                pod(enrichment).orElse(null),
                node(enrichment).orElse(null),
                instance(enrichment).orElse(null));
    }

    private static Optional<Target> pod(Enrichment enrichment) {
        HostFacts host = enrichment.host();
        return kubernetesName(host.namespace())
                .flatMap(namespace -> kubernetesName(host.pod()).map(pod -> Target.pod(namespace, pod)));
    }

    private static Optional<Target> node(Enrichment enrichment) {
        HostFacts host = enrichment.host();
        String name = enrichment.node() != null ? enrichment.node().name() : host.pod() == null ? null : host.node();
        return kubernetesName(name).map(node -> new Target(Target.Kind.NODE, node));
    }

    /** Returns no instance if EC2 or the cluster contradicts the instance id in the alert. */
    private static Optional<Target> instance(Enrichment enrichment) {
        String id = enrichment.instance() == null
                ? enrichment.host().instanceId()
                : enrichment.instance().id();
        if (TargetConfirmations.of(enrichment).instance().status() == TargetConfirmation.Status.CONTRADICTED) {
            return Optional.empty();
        }
        return Optional.ofNullable(id).map(known -> new Target(Target.Kind.INSTANCE, known));
    }

    private static Optional<String> kubernetesName(@Nullable String name) {
        return Optional.ofNullable(name).filter(ResourceNames::isKubernetesName);
    }
}
