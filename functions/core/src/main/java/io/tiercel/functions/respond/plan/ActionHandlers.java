package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.EvidenceStore;
import io.tiercel.functions.respond.ec2.Fleet;
import io.tiercel.functions.respond.ec2.IsolateInstance;
import io.tiercel.functions.respond.ec2.LockDownImds;
import io.tiercel.functions.respond.ec2.PreserveInstance;
import io.tiercel.functions.respond.ec2.StopInstance;
import io.tiercel.functions.respond.iam.IamApi;
import io.tiercel.functions.respond.iam.RevokeSessions;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.kubernetes.CordonNode;
import io.tiercel.functions.respond.kubernetes.DeletePod;
import io.tiercel.functions.respond.kubernetes.IsolatePod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi;
import io.tiercel.functions.respond.kubernetes.LabelPod;
import io.tiercel.functions.respond.kubernetes.ScaleWorkload;
import io.tiercel.functions.respond.receiver.InvokeReceiver;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;

/** Puts together what can be carried out here, by what there is access to. */
public final class ActionHandlers {
    private final EnumMap<ActionKind, ActionHandler> remedies = new EnumMap<>(ActionKind.class);

    /** With a cluster; {@link BranchInterfaces#NONE} where nothing may change its pods' own interfaces. */
    public ActionHandlers kubernetes(KubernetesApi cluster, BranchInterfaces branches) {
        remedies.put(ActionKind.ISOLATE_POD, new IsolatePod(cluster, branches));
        remedies.put(ActionKind.DELETE_POD, new DeletePod(cluster));
        remedies.put(ActionKind.LABEL_POD, new LabelPod(cluster));
        remedies.put(ActionKind.CORDON_NODE, new CordonNode(cluster));
        remedies.put(ActionKind.SCALE_WORKLOAD, new ScaleWorkload(cluster));
        return this;
    }

    /** With an AWS account. */
    public ActionHandlers aws(Ec2Api ec2, Fleet fleet, EvidenceStore evidence, IamApi roles, InstantSource clock) {
        remedies.put(ActionKind.ISOLATE_INSTANCE, new IsolateInstance(ec2));
        remedies.put(ActionKind.PRESERVE_INSTANCE, new PreserveInstance(ec2, fleet, evidence, clock));
        remedies.put(ActionKind.STOP_INSTANCE, new StopInstance(ec2));
        remedies.put(ActionKind.LOCK_IMDS, new LockDownImds(ec2));
        remedies.put(ActionKind.REVOKE_SESSIONS, new RevokeSessions(ec2, roles, clock));
        return this;
    }

    /** With Lambda. */
    public ActionHandlers functions(InvokeReceiver.Receiver functions) {
        remedies.put(ActionKind.INVOKE_FUNCTION, new InvokeReceiver(functions));
        return this;
    }

    /** With secrets to sign with. */
    public ActionHandlers webhooks(InvokeReceiver.Receiver webhooks) {
        remedies.put(ActionKind.CALL_WEBHOOK, new InvokeReceiver(webhooks));
        return this;
    }

    /** By kind. */
    public Map<ActionKind, ActionHandler> all() {
        return Map.copyOf(remedies);
    }
}
