package io.tiercel.functions.enrich;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known about an alert beyond its own words. Parts that no source knew are null; {@link #lookups} says why.
 *
 * @param host where it comes from, by its own words
 * @param techniques ATT&amp;CK techniques behind its tags, by id; unknown ids are left out
 * @param tactics names of the ATT&amp;CK tactics behind its tags and techniques, sorted, without repetition
 * @param instance the EC2 instance that it comes from
 * @param node the Kubernetes node that it comes from
 * @param pod the Kubernetes pod that it comes from
 * @param network the address at the other end of the connection that it is about
 * @param labels what the configuration says of its account and cluster, by name
 * @param lookups the sources that were asked, in order, and what became of it
 */
public record Enrichment(
        HostFacts host,
        List<Technique> techniques,
        List<String> tactics,
        @Nullable InstanceFacts instance,
        @Nullable NodeFacts node,
        @Nullable PodFacts pod,
        @Nullable NetworkFacts network,
        Map<String, String> labels,
        List<LookupRecord> lookups) {
    /** Fills what an enrichment that an older version stored does not have: Jackson gives null for it. */
    public Enrichment {
        labels = labels == null ? Map.of() : labels;
        lookups = lookups == null ? List.of() : lookups;
    }

    /** What the alert and ATT&amp;CK say. */
    public Enrichment(HostFacts host, List<Technique> techniques, List<String> tactics) {
        this(host, techniques, tactics, null, null, null, null, Map.of(), List.of());
    }

    /** The sources that could not answer, each as {@code source: why}. */
    public List<String> missing() {
        return lookups.stream()
                .filter(source -> !source.answered())
                .map(source -> source.source() + ": " + source.outcome())
                .toList();
    }
}
