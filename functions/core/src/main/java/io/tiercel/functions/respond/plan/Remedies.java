package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.Remedy;
import io.tiercel.functions.respond.ec2.Ec2;
import io.tiercel.functions.respond.ec2.Evidence;
import io.tiercel.functions.respond.ec2.Fleet;
import io.tiercel.functions.respond.ec2.IsolateInstance;
import io.tiercel.functions.respond.ec2.LockImds;
import io.tiercel.functions.respond.ec2.PreserveInstance;
import io.tiercel.functions.respond.ec2.StopInstance;
import io.tiercel.functions.respond.identity.RevokeSessions;
import io.tiercel.functions.respond.identity.Roles;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.kubernetes.Cluster;
import io.tiercel.functions.respond.kubernetes.CordonNode;
import io.tiercel.functions.respond.kubernetes.DeletePod;
import io.tiercel.functions.respond.kubernetes.IsolatePod;
import io.tiercel.functions.respond.kubernetes.LabelPod;
import io.tiercel.functions.respond.kubernetes.ScaleWorkload;
import io.tiercel.functions.respond.outside.CallReceiver;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;

/** Puts together what can be carried out here, by what there is access to. */
public final class Remedies {
    private final EnumMap<ActionKind, Remedy> remedies = new EnumMap<>(ActionKind.class);

    /** With a cluster; {@link BranchInterfaces#NONE} where nothing may change its pods' own interfaces. */
    public Remedies kubernetes(Cluster cluster, BranchInterfaces branches) {
        remedies.put(ActionKind.ISOLATE_POD, new IsolatePod(cluster, branches));
        remedies.put(ActionKind.DELETE_POD, new DeletePod(cluster));
        remedies.put(ActionKind.LABEL_POD, new LabelPod(cluster));
        remedies.put(ActionKind.CORDON_NODE, new CordonNode(cluster));
        remedies.put(ActionKind.SCALE_WORKLOAD, new ScaleWorkload(cluster));
        return this;
    }

    /** With an AWS account. */
    public Remedies aws(Ec2 ec2, Fleet fleet, Evidence evidence, Roles roles, InstantSource clock) {
        remedies.put(ActionKind.ISOLATE_INSTANCE, new IsolateInstance(ec2));
        remedies.put(ActionKind.PRESERVE_INSTANCE, new PreserveInstance(ec2, fleet, evidence, clock));
        remedies.put(ActionKind.STOP_INSTANCE, new StopInstance(ec2));
        remedies.put(ActionKind.LOCK_IMDS, new LockImds(ec2));
        remedies.put(ActionKind.REVOKE_SESSIONS, new RevokeSessions(ec2, roles, clock));
        return this;
    }

    /** With Lambda. */
    public Remedies functions(CallReceiver.Receiver functions) {
        remedies.put(ActionKind.INVOKE_FUNCTION, new CallReceiver(functions));
        return this;
    }

    /** With secrets to sign with. */
    public Remedies webhooks(CallReceiver.Receiver webhooks) {
        remedies.put(ActionKind.CALL_WEBHOOK, new CallReceiver(webhooks));
        return this;
    }

    /** By kind. */
    public Map<ActionKind, Remedy> all() {
        return Map.copyOf(remedies);
    }
}
