package io.tiercel.functions.channels.securityhub;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.enrich.TargetConfirmations;
import io.tiercel.functions.incident.Incident;
import org.jspecify.annotations.Nullable;

/**
 * The resources of a finding: the instance, the node and the pod, each only if it is confirmed. What an alert claims is not a resource,
 * because automation of others may act on it.
 */
final class FindingResources {
    private static final int MAX_ID = 512;
    private static final int MAX_DETAIL = 1024;

    private final ArrayNode resources;
    private final String account;
    private final String partition;
    private final String region;

    FindingResources(ObjectNode finding, String account, String partition, String region) {
        this.resources = finding.putArray("Resources");
        this.account = account;
        this.partition = partition;
        this.region = region;
    }

    /** Adds the confirmed resources of an incident; without one, its workload as a resource of type {@code Other}. */
    void add(Incident incident) {
        Enrichment facts = incident.enrichment();
        TargetConfirmations confirmations = TargetConfirmations.of(facts);
        if (facts.instance() != null && confirmations.instance().confirmed()) {
            addInstance(facts.instance());
        }
        if (facts.pod() != null && confirmations.pod().confirmed()) {
            addPod(facts.pod(), incident.fingerprint().cluster());
        }
        if (facts.node() != null && confirmations.node().confirmed()) {
            addNode(facts.node(), incident.fingerprint().cluster());
        }
        if (resources.isEmpty()) {
            ObjectNode details = other("tiercel/unconfirmed/" + incident.id());
            put(details, "cluster", incident.fingerprint().cluster());
            put(details, "workload", incident.fingerprint().workload());
            put(details, "host", facts.host().node());
            put(details, "confirmed", "false");
        }
    }

    /** Adds a group as a resource of type {@code Other}. */
    void addGroup(String id, String dimension, String value) {
        ObjectNode details = other("tiercel/group/" + id);
        put(details, "dimension", dimension);
        put(details, "value", value);
    }

    private void addInstance(InstanceFacts instance) {
        String owner = instance.account() == null ? account : instance.account();
        ObjectNode resource = resource(
                "AwsEc2Instance",
                "arn:" + partition + ":ec2:" + region(instance.zone()) + ":" + owner + ":instance/" + instance.id());
        ObjectNode details = resource.putObject("Details").putObject("AwsEc2Instance");
        put(details, "Type", instance.type());
        put(details, "VpcId", instance.vpc());
        put(details, "SubnetId", instance.subnet());
        put(details, "IamInstanceProfileArn", instance.profile());
    }

    private void addPod(PodFacts pod, String cluster) {
        ObjectNode details = other("kubernetes/" + cluster + "/pod/" + pod.namespace() + "/" + pod.name());
        put(details, "cluster", cluster);
        put(details, "namespace", pod.namespace());
        put(details, "pod", pod.name());
        put(details, "uid", pod.uid());
        put(details, "node", pod.node());
        put(details, "serviceAccount", pod.serviceAccount());
        put(details, "role", pod.role());
        put(details, "images", String.join(", ", pod.images()));
    }

    private void addNode(NodeFacts node, String cluster) {
        ObjectNode details = other("kubernetes/" + cluster + "/node/" + node.name());
        put(details, "cluster", cluster);
        put(details, "node", node.name());
        put(details, "nodeGroup", node.nodeGroup());
    }

    private ObjectNode other(String id) {
        return resource("Other", id).putObject("Details").putObject("Other");
    }

    private ObjectNode resource(String type, String id) {
        return resources
                .addObject()
                .put("Type", type)
                .put("Id", Finding.text(id, MAX_ID))
                .put("Partition", partition)
                .put("Region", region);
    }

    private String region(@Nullable String zone) {
        return zone == null || !zone.matches("[a-z]{2}(-[a-z]+)+-[0-9]+[a-z]")
                ? region
                : zone.substring(0, zone.length() - 1);
    }

    private static void put(ObjectNode details, String key, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            details.put(key, Finding.text(value, MAX_DETAIL));
        }
    }
}
