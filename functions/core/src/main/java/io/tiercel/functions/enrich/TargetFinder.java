package io.tiercel.functions.enrich;

import io.tiercel.functions.identity.Sender;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the pod, the node and the instance of an alert, in at most twice the sources' timeout. It decides nothing: {@link
 * TargetConfirmations} compares what it found. Thread-safe.
 */
final class TargetFinder {
    static final String POD = "kubernetes pod";
    static final String NODE = "kubernetes node";
    static final String INSTANCE = "ec2";

    /** The sources that {@link #findPod} asks. */
    static final Set<String> CLUSTER_SOURCES = Set.of(POD, NODE);

    /** The sources that {@link #find} asks. */
    static final Set<String> SOURCES = Set.of(POD, NODE, INSTANCE);

    private final EnrichmentSources sources;
    private final CachedLookup<InstanceFacts> instances;
    private final CachedLookup<PodFacts> pods;
    private final CachedLookup<NodeFacts> nodes;

    /** @param cached whether results are cached, and failing sources suspended */
    TargetFinder(EnrichmentSources sources, InstantSource clock, boolean cached) {
        this.sources = sources;
        this.instances = new CachedLookup<>(INSTANCE, sources.timeout(), clock, cached);
        this.pods = new CachedLookup<>(POD, sources.timeout(), clock, cached);
        this.nodes = new CachedLookup<>(NODE, sources.timeout(), clock, cached);
    }

    /**
     * The facts that were found.
     *
     * @param pod null unless found
     * @param node null unless found
     * @param instance null unless found
     */
    record Found(
            @Nullable PodFacts pod,
            @Nullable NodeFacts node,
            @Nullable InstanceFacts instance) {}

    /**
     * Looks up the targets. The instance is the one that the sender proves, else that of the node, else the one that the alert
     * names: a name in the alert never replaces a better source.
     *
     * @param lookups receives the records of the lookups
     */
    Found find(HostFacts host, Sender sender, List<LookupRecord> lookups) {
        Supplier<CachedLookup.Result<PodFacts>> podLookup = lookUpPod(host);
        Supplier<CachedLookup.Result<NodeFacts>> nodeLookup = lookUpNode(host);
        // The node usually confirms this id, so both lookups run at the same time.
        String expected = sender.instanceId() != null ? sender.instanceId() : host.instanceId();
        Supplier<CachedLookup.Result<InstanceFacts>> instanceLookup = lookUpInstance(expected);
        PodFacts pod = await(podLookup, lookups);
        NodeFacts node = await(nodeLookup, lookups);
        if (sender.instanceId() == null
                && node != null
                && node.instanceId() != null
                && !node.instanceId().equals(expected)) {
            instanceLookup = lookUpInstance(node.instanceId());
        }
        return new Found(pod, node, await(instanceLookup, lookups));
    }

    /**
     * Looks up the pod and the node only.
     *
     * @param lookups receives the records of the lookups
     */
    Found findPod(HostFacts host, List<LookupRecord> lookups) {
        Supplier<CachedLookup.Result<PodFacts>> podLookup = lookUpPod(host);
        Supplier<CachedLookup.Result<NodeFacts>> nodeLookup = lookUpNode(host);
        return new Found(await(podLookup, lookups), await(nodeLookup, lookups), null);
    }

    private @Nullable Supplier<CachedLookup.Result<PodFacts>> lookUpPod(HostFacts host) {
        ClusterSource kubernetes = sources.cluster();
        String namespace = name(host.namespace());
        String pod = name(host.pod());
        if (kubernetes == null || namespace == null || pod == null) {
            return null;
        }
        String subject = namespace + "/" + pod;
        // A new pod of a StatefulSet has the same name and another uid. The facts of the old one must not contradict
        // its alerts.
        return pods.start(
                subject, subject + "/" + host.podUid(), () -> FactLimits.limit(kubernetes.pod(namespace, pod)));
    }

    private @Nullable Supplier<CachedLookup.Result<NodeFacts>> lookUpNode(HostFacts host) {
        ClusterSource kubernetes = sources.cluster();
        String node = name(host.node());
        return kubernetes == null || node == null
                ? null
                : nodes.start(node, node, () -> FactLimits.limit(kubernetes.node(node)));
    }

    private @Nullable Supplier<CachedLookup.Result<InstanceFacts>> lookUpInstance(@Nullable String id) {
        InstanceSource ec2 = sources.instances();
        return ec2 == null || id == null || !ResourceNames.isInstanceId(id)
                ? null
                : instances.start(id, id, () -> FactLimits.limit(ec2.instance(id)));
    }

    private static <F> @Nullable F await(
            @Nullable Supplier<CachedLookup.Result<F>> lookup, List<LookupRecord> lookups) {
        if (lookup == null) {
            return null;
        }
        CachedLookup.Result<F> result = lookup.get();
        lookups.add(result.lookup());
        return result.facts();
    }

    private static @Nullable String name(@Nullable String name) {
        return name != null && ResourceNames.isKubernetesName(name) ? name : null;
    }
}
