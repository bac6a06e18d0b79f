package io.tiercel.functions.respond.ec2;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.ec2.Ec2Api.Snapshot;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.rules.text.Sha256;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The evidence that a step takes of an instance: snapshots of its volumes and a manifest. Each step takes its own. */
final class InstanceEvidence {
    /** The tag with the id of the step. It identifies the step's own snapshots, so that none is taken twice. */
    static final String STEP_TAG = "tiercel-step";

    private final Ec2Api ec2;
    private final EvidenceStore store;
    private final InstantSource clock;

    InstanceEvidence(Ec2Api ec2, EvidenceStore store, InstantSource clock) {
        this.ec2 = ec2;
        this.store = store;
        this.clock = clock;
    }

    /**
     * Returns the step's snapshots. If there are none, takes one of each volume that is attached to the instance. One call takes
     * all of them, because IAM can restrict only this call to the volumes of tagged instances.
     */
    List<Snapshot> snapshots(ActionContext context) {
        List<Snapshot> existing = ec2.snapshots(STEP_TAG, context.stepId());
        if (!existing.isEmpty()) {
            return existing;
        }
        Write.CreateSnapshots write = new Write.CreateSnapshots(
                context.target().name(),
                "Tiercel: evidence of incident " + context.incidentId(),
                Map.of(STEP_TAG, context.stepId(), "tiercel-incident", context.incidentId()));
        return context.calls().call(write.description(), () -> ec2.createSnapshots(write));
    }

    /**
     * Stores a manifest of the evidence and returns a message for operators.
     *
     * @param prior the state of the instance before the first incident, as JSON
     * @param devices the names of the devices by volume
     */
    String storeManifest(ActionContext context, String prior, List<Snapshot> snapshots, Map<String, String> devices) {
        ObjectNode manifest = JsonNodeFactory.instance.objectNode();
        manifest.put("incident", context.incidentId());
        manifest.put("step", context.stepId());
        manifest.put("instance", context.target().name());
        manifest.put("preserved", clock.instant().toString());
        manifest.put("actor", "tiercel");
        manifest.put("prior", prior);
        snapshots.forEach(snapshot -> manifest.withArray("snapshots")
                .addObject()
                .put("snapshot", snapshot.id())
                .put("volume", snapshot.volume())
                .put("device", devices.get(snapshot.volume())));
        String document = manifest.toString();
        String name = "incidents/" + context.incidentId() + "/" + context.stepId() + ".json";
        String location = context.calls().call("evidence put " + name, () -> store.put(name, document));
        return "manifest " + location + ", SHA-256 " + Sha256.hex(document);
    }
}
