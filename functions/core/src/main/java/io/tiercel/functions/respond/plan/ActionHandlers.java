package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.ec2.AutoScalingApi;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.EvidenceStore;
import io.tiercel.functions.respond.ec2.IsolateInstance;
import io.tiercel.functions.respond.ec2.LoadBalancingApi;
import io.tiercel.functions.respond.ec2.LockDownImds;
import io.tiercel.functions.respond.ec2.PreserveInstance;
import io.tiercel.functions.respond.ec2.StopInstance;
import io.tiercel.functions.respond.iam.IamApi;
import io.tiercel.functions.respond.iam.PodIdentityApi;
import io.tiercel.functions.respond.iam.RevokeSessions;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.kubernetes.CordonNode;
import io.tiercel.functions.respond.kubernetes.DeletePod;
import io.tiercel.functions.respond.kubernetes.IsolatePod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi;
import io.tiercel.functions.respond.kubernetes.LabelPod;
import io.tiercel.functions.respond.kubernetes.ScaleWorkload;
import io.tiercel.functions.respond.receiver.InvokeReceiver;
import io.tiercel.functions.respond.receiver.Receiver;
import io.tiercel.functions.retry.Pause;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;

/** Builds the map of action handlers from the APIs that a deployment has access to. */
public final class ActionHandlers {
    private final EnumMap<ActionKind, ActionHandler> handlers = new EnumMap<>(ActionKind.class);
    private final Pause pause;

    public ActionHandlers() {
        this(Pause.THREAD);
    }

    /** @param pause waits between the attempts of a failed call */
    public ActionHandlers(Pause pause) {
        this.pause = pause;
    }

    /** Adds the handlers of {@code k8s:*}. Pass {@link BranchInterfaces#NONE} without access to network interfaces. */
    public ActionHandlers kubernetes(KubernetesApi kubernetes, BranchInterfaces branches) {
        handlers.put(ActionKind.ISOLATE_POD, new IsolatePod(kubernetes, branches));
        handlers.put(ActionKind.DELETE_POD, new DeletePod(kubernetes));
        handlers.put(ActionKind.LABEL_POD, new LabelPod(kubernetes));
        handlers.put(ActionKind.CORDON_NODE, new CordonNode(kubernetes));
        handlers.put(ActionKind.SCALE_WORKLOAD, new ScaleWorkload(kubernetes));
        return this;
    }

    /** Adds the handlers of {@code ec2:*} and {@code iam:*}. Pass {@link PodIdentityApi#NONE} outside EKS. */
    public ActionHandlers aws(
            Ec2Api ec2,
            AutoScalingApi autoScaling,
            LoadBalancingApi loadBalancing,
            EvidenceStore evidence,
            IamApi iam,
            PodIdentityApi podIdentity,
            InstantSource clock) {
        handlers.put(ActionKind.ISOLATE_INSTANCE, new IsolateInstance(ec2, pause));
        handlers.put(
                ActionKind.PRESERVE_INSTANCE, new PreserveInstance(ec2, autoScaling, loadBalancing, evidence, clock));
        handlers.put(ActionKind.STOP_INSTANCE, new StopInstance(ec2));
        handlers.put(ActionKind.LOCK_DOWN_IMDS, new LockDownImds(ec2));
        handlers.put(ActionKind.REVOKE_SESSIONS, new RevokeSessions(ec2, iam, podIdentity, clock));
        return this;
    }

    /** Adds the handler of {@code lambda:invoke}. */
    public ActionHandlers functions(Receiver functions) {
        handlers.put(ActionKind.INVOKE_FUNCTION, new InvokeReceiver(functions));
        return this;
    }

    /** Adds the handler of {@code webhook}. */
    public ActionHandlers webhooks(Receiver webhooks) {
        handlers.put(ActionKind.CALL_WEBHOOK, new InvokeReceiver(webhooks));
        return this;
    }

    /** Returns the handlers by kind of action. */
    public Map<ActionKind, ActionHandler> all() {
        return Map.copyOf(handlers);
    }
}
