package io.tiercel.functions.enrich;

import static io.tiercel.rules.field.FactType.ADDRESS;
import static io.tiercel.rules.field.FactType.FLAG;
import static io.tiercel.rules.field.FactType.KEYED_TEXT;
import static io.tiercel.rules.field.FactType.NUMBER;
import static io.tiercel.rules.field.FactType.TEXT;
import static io.tiercel.rules.field.FactType.TEXTS;

import io.tiercel.functions.identity.Sender;
import io.tiercel.rules.field.FactType;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The fields {@code enrich.*} that conditions can use. A field without a value is absent. */
public final class EnrichedFields {
    /** Types of the fields by name. */
    public static final Map<String, FactType> TYPES = Map.ofEntries(
            Map.entry("enrich.cluster", TEXT),
            Map.entry("enrich.tactics", TEXTS),
            Map.entry("enrich.techniques", TEXTS),
            Map.entry("enrich.label", KEYED_TEXT),
            Map.entry("enrich.missing", TEXTS),
            Map.entry("enrich.truncated", TEXTS),
            Map.entry("enrich.sender.verified", FLAG),
            Map.entry("enrich.sender.node", TEXT),
            Map.entry("enrich.sender.kind", TEXT),
            Map.entry("enrich.doubts", TEXTS),
            Map.entry("enrich.instance.id", TEXT),
            Map.entry("enrich.instance.confirmed", FLAG),
            Map.entry("enrich.instance.account", TEXT),
            Map.entry("enrich.instance.zone", TEXT),
            Map.entry("enrich.instance.type", TEXT),
            Map.entry("enrich.instance.state", TEXT),
            Map.entry("enrich.instance.spot", FLAG),
            Map.entry("enrich.instance.vpc", TEXT),
            Map.entry("enrich.instance.subnet", TEXT),
            Map.entry("enrich.instance.profile", TEXT),
            Map.entry("enrich.instance.asg", TEXT),
            Map.entry("enrich.instance.groups", TEXTS),
            Map.entry("enrich.instance.tag", KEYED_TEXT),
            Map.entry("enrich.node.name", TEXT),
            Map.entry("enrich.node.confirmed", FLAG),
            Map.entry("enrich.node.instance", TEXT),
            Map.entry("enrich.node.zone", TEXT),
            Map.entry("enrich.node.group", TEXT),
            Map.entry("enrich.node.cordoned", FLAG),
            Map.entry("enrich.node.label", KEYED_TEXT),
            Map.entry("enrich.pod.namespace", TEXT),
            Map.entry("enrich.pod.name", TEXT),
            Map.entry("enrich.pod.confirmed", FLAG),
            Map.entry("enrich.pod.uid", TEXT),
            Map.entry("enrich.pod.node", TEXT),
            Map.entry("enrich.pod.hostnetwork", FLAG),
            Map.entry("enrich.pod.serviceaccount", TEXT),
            Map.entry("enrich.pod.role", TEXT),
            Map.entry("enrich.pod.owner.kind", TEXT),
            Map.entry("enrich.pod.owner.name", TEXT),
            Map.entry("enrich.pod.images", TEXTS),
            Map.entry("enrich.pod.label", KEYED_TEXT),
            Map.entry("enrich.network.address", ADDRESS),
            Map.entry("enrich.network.lists", TEXTS),
            Map.entry("enrich.network.country", TEXT),
            Map.entry("enrich.network.city", TEXT),
            Map.entry("enrich.network.asn", NUMBER),
            Map.entry("enrich.network.organization", TEXT));

    private final Map<String, Object> values = new TreeMap<>();

    private EnrichedFields() {}

    /** Returns the values by field name. Values of a keyed field have names such as {@code NAME[key]}. */
    public static Map<String, Object> of(Enrichment enrichment) {
        EnrichedFields fields = new EnrichedFields();
        String cluster = enrichment.host().cluster();
        fields.put("cluster", cluster.isEmpty() ? null : cluster);
        fields.put("tactics", enrichment.tactics());
        fields.put(
                "techniques",
                enrichment.techniques().stream().map(Technique::id).toList());
        fields.put("label", enrichment.labels());
        fields.put("missing", enrichment.missing());
        fields.put("truncated", FactLimits.truncated(enrichment));
        fields.sender(enrichment.sender());
        fields.confirmations(TargetConfirmations.of(enrichment));
        fields.instance(enrichment.instance());
        fields.node(enrichment.node());
        fields.pod(enrichment.pod());
        fields.network(enrichment.network());
        return Map.copyOf(fields.values);
    }

    private void sender(Sender sender) {
        put("sender.verified", sender.verified());
        put("sender.node", sender.node());
        put("sender.kind", sender.kind().label());
    }

    private void confirmations(TargetConfirmations confirmations) {
        put("doubts", confirmations.doubts());
        put("pod.confirmed", confirmations.pod().confirmed());
        put("node.confirmed", confirmations.node().confirmed());
        put("instance.confirmed", confirmations.instance().confirmed());
    }

    private void instance(@Nullable InstanceFacts instance) {
        if (instance != null) {
            put("instance.id", instance.id());
            put("instance.account", instance.account());
            put("instance.zone", instance.zone());
            put("instance.type", instance.type());
            put("instance.state", instance.state());
            put("instance.spot", instance.spot());
            put("instance.vpc", instance.vpc());
            put("instance.subnet", instance.subnet());
            put("instance.profile", instance.profile());
            put("instance.asg", instance.autoScalingGroup());
            put("instance.groups", instance.groups());
            put("instance.tag", instance.tags());
        }
    }

    private void node(@Nullable NodeFacts node) {
        if (node != null) {
            put("node.name", node.name());
            put("node.instance", node.instanceId());
            put("node.zone", node.zone());
            put("node.group", node.nodeGroup());
            put("node.cordoned", node.cordoned());
            put("node.label", node.labels());
        }
    }

    private void pod(@Nullable PodFacts pod) {
        if (pod != null) {
            put("pod.namespace", pod.namespace());
            put("pod.name", pod.name());
            put("pod.uid", pod.uid());
            put("pod.node", pod.node());
            put("pod.hostnetwork", pod.hostNetwork());
            put("pod.serviceaccount", pod.serviceAccount());
            put("pod.role", pod.role());
            PodFacts.Owner workload = pod.workload();
            put("pod.owner.kind", workload == null ? null : workload.kind());
            put("pod.owner.name", workload == null ? null : workload.name());
            put("pod.images", pod.images());
            put("pod.label", pod.labels());
        }
    }

    private void network(@Nullable NetworkFacts network) {
        if (network != null) {
            put("network.address", network.address());
            put("network.lists", network.lists());
            put("network.country", network.country());
            put("network.city", network.city());
            put("network.asn", network.asn());
            put("network.organization", network.organization());
        }
    }

    private void put(String name, @Nullable Object value) {
        String field = "enrich." + name;
        if (value instanceof Map<?, ?> keyed) {
            keyed.forEach((key, text) -> values.put(field + "[" + key + "]", text));
        } else if (value != null) {
            values.put(field, value);
        }
    }
}
