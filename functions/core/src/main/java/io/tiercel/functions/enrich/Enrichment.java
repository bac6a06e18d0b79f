package io.tiercel.functions.enrich;

import io.tiercel.functions.identity.Sender;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Facts about an alert that the alert itself does not contain. Unknown parts are null; {@link #lookups} contains the reasons.
 *
 * @param sender the sender, as far as its credential proves it
 * @param host the origin, according to the alert
 * @param techniques ATT&amp;CK techniques of its tags, by id, without unknown ids
 * @param tactics names of the ATT&amp;CK tactics of its tags and techniques, sorted, without duplicates
 * @param instance the EC2 instance
 * @param node the Kubernetes node
 * @param pod the Kubernetes pod
 * @param network the remote address of the connection
 * @param labels configured labels of its account and cluster, by name
 * @param lookups the lookups in order, with their outcomes
 */
public record Enrichment(
        Sender sender,
        HostFacts host,
        List<Technique> techniques,
        List<String> tactics,
        @Nullable InstanceFacts instance,
        @Nullable NodeFacts node,
        @Nullable PodFacts pod,
        @Nullable NetworkFacts network,
        Map<String, String> labels,
        List<LookupRecord> lookups) {
    /** Replaces nulls, which Jackson passes for properties that an older version did not store. */
    public Enrichment {
        sender = sender == null ? Sender.NONE : sender;
        labels = labels == null ? Map.of() : labels;
        lookups = lookups == null ? List.of() : lookups;
    }

    /** Creates an enrichment without sources. */
    public Enrichment(HostFacts host, List<Technique> techniques, List<String> tactics) {
        this(Sender.NONE, host, techniques, tactics, null, null, null, null, Map.of(), List.of());
    }

    /** Returns the same enrichment with other facts about the targets. */
    Enrichment withTargets(
            @Nullable InstanceFacts otherInstance,
            @Nullable NodeFacts otherNode,
            @Nullable PodFacts otherPod,
            List<LookupRecord> otherLookups) {
        return new Enrichment(
                sender,
                host,
                techniques,
                tactics,
                otherInstance,
                otherNode,
                otherPod,
                network,
                labels,
                List.copyOf(otherLookups));
    }

    /** Returns whether the cluster or EC2 was asked for the node or the instance, and no longer has it. */
    public boolean targetsAbsent() {
        return node == null
                && instance == null
                && lookups.stream()
                        .anyMatch(lookup -> lookup.outcome().equals(LookupRecord.ABSENT)
                                && (lookup.source().equals(TargetFinder.NODE)
                                        || lookup.source().equals(TargetFinder.INSTANCE)));
    }

    /** Returns whether the cluster did not answer a lookup of the pod or the node. */
    public boolean clusterSilent() {
        return lookups.stream()
                .anyMatch(lookup -> !lookup.completed() && TargetFinder.CLUSTER_SOURCES.contains(lookup.source()));
    }

    /** Returns the failed lookups, each as {@code source: reason}. */
    public List<String> missing() {
        return lookups.stream()
                .filter(lookup -> !lookup.completed())
                .map(lookup -> lookup.source() + ": " + lookup.outcome())
                .toList();
    }
}
