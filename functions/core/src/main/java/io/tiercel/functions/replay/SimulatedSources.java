package io.tiercel.functions.replay;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.identity.Sender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Simulates the sender, the cluster and EC2: each alert comes from the sensor of its host, and every target in it exists. */
final class SimulatedSources {
    private static final String NODE_UID = "simulated";

    private SimulatedSources() {}

    /** Returns the enrichment with facts that confirm what the alert claims. Targets that it does not name stay unknown. */
    static Enrichment confirm(Enrichment enrichment) {
        HostFacts claimed = enrichment.host();
        HostFacts host = claimed.podUid() == null && claimed.pod() != null ? withPodUid(claimed) : claimed;
        return new Enrichment(
                Sender.ofNode(host.node()),
                host,
                enrichment.techniques(),
                enrichment.tactics(),
                host.instanceId() == null ? null : instance(host.instanceId()),
                new NodeFacts(host.node(), NODE_UID, null, host.instanceId(), null, null, false, Map.of()),
                pod(host),
                enrichment.network(),
                enrichment.labels(),
                enrichment.lookups());
    }

    private static HostFacts withPodUid(HostFacts host) {
        return new HostFacts(
                host.node(),
                host.bootId(),
                host.cluster(),
                host.containerId(),
                host.image(),
                host.containerName(),
                host.namespace(),
                host.pod(),
                podUid(host),
                host.instanceId());
    }

    /** Returns the same uid for each alert about a pod, because caps count pods by their uid. */
    private static String podUid(HostFacts host) {
        String name = host.namespace() + "/" + host.pod();
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static @Nullable PodFacts pod(HostFacts host) {
        String namespace = host.namespace();
        String name = host.pod();
        String uid = host.podUid();
        return namespace == null || name == null || uid == null
                ? null
                : new PodFacts(
                        namespace,
                        name,
                        uid,
                        host.node(),
                        null,
                        false,
                        "default",
                        null,
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of());
    }

    private static InstanceFacts instance(String id) {
        return new InstanceFacts(
                id, null, null, "unknown", "running", false, null, null, null, null, null, List.of(), List.of(),
                Map.of());
    }
}
