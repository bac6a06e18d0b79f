package io.tiercel.functions.respond.policy;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.respond.action.Target;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What can be acted on where an alert comes from; what is not identified beyond doubt is null.
 *
 * @param pod the pod
 * @param node the Kubernetes node
 * @param instance the EC2 instance
 */
public record IdentifiedTargets(
        @Nullable Target pod,
        @Nullable Target node,
        @Nullable Target instance) {
    /** Kubernetes' names: DNS subdomains. */
    private static final Pattern DNS_NAME = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");

    /** Those that an enrichment identifies. */
    public static IdentifiedTargets of(Enrichment enrichment) {
        return new IdentifiedTargets(
                pod(enrichment).orElse(null),
                node(enrichment).orElse(null),
                instance(enrichment).orElse(null));
    }

    private static Optional<Target> pod(Enrichment enrichment) {
        HostFacts host = enrichment.host();
        return dnsName(host.namespace())
                .flatMap(namespace -> dnsName(host.pod()).map(pod -> Target.pod(namespace, pod)));
    }

    private static Optional<Target> node(Enrichment enrichment) {
        HostFacts host = enrichment.host();
        String name = enrichment.node() != null ? enrichment.node().name() : host.pod() == null ? null : host.node();
        return dnsName(name).map(node -> new Target(Target.Kind.NODE, node));
    }

    /** An instance of which something is known that contradicts the alert is not identified. */
    private static Optional<Target> instance(Enrichment enrichment) {
        String id = enrichment.instance() == null
                ? enrichment.host().instanceId()
                : enrichment.instance().verified() ? enrichment.instance().id() : null;
        return Optional.ofNullable(id).map(known -> new Target(Target.Kind.INSTANCE, known));
    }

    private static Optional<String> dnsName(@Nullable String name) {
        return Optional.ofNullable(name).filter(text -> DNS_NAME.matcher(text).matches());
    }
}
