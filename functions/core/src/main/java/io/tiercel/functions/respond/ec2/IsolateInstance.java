package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.HeldInterfaces.Outcome;
import io.tiercel.functions.retry.Pause;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code ec2:isolate}: moves every network interface of an instance into quarantine, including the branch interfaces of its
 * pods. It changes each interface separately, because ModifyInstanceAttribute with security groups fails on instances with
 * several interfaces.
 */
public final class IsolateInstance implements ActionHandler {
    private static final String REMAINING_ACCESS =
            "remaining access: security groups do not filter DNS through the VPC resolver, the metadata service and Time"
                    + " Sync; connections through NAT gateways, load balancers or transit gateways stay tracked and may"
                    + " stay open until they are idle";
    private static final String KUBERNETES_NODE =
            "the instance is a Kubernetes node: its kubelet is cut off too, and its pods are evicted and start elsewhere";

    private final Ec2Api ec2;
    private final HeldInterfaces heldInterfaces;

    public IsolateInstance(Ec2Api ec2) {
        this(ec2, Pause.THREAD);
    }

    /** @param pause waits between the attempts of a failed call */
    public IsolateInstance(Ec2Api ec2, Pause pause) {
        this.ec2 = ec2;
        this.heldInterfaces = new HeldInterfaces(ec2, pause);
    }

    @Override
    public CapturedState capture(ActionContext context) {
        Instance instance = ec2.requireInstance(context.target());
        List<NetworkInterface> interfaces = interfaces(instance.id());
        if (interfaces.isEmpty()) {
            throw ActionException.permanent(context.target().text() + " has no network interface");
        }
        return new CapturedState(heldInterfaces.capture(context, interfaces), TargetFacts.ofTags(instance.tags()));
    }

    private static boolean isKubernetesNode(Instance instance) {
        return instance.tags().keySet().stream()
                .anyMatch(key -> key.startsWith("kubernetes.io/cluster/") || key.startsWith("eks:"));
    }

    private List<NetworkInterface> interfaces(String instanceId) {
        List<NetworkInterface> all = new ArrayList<>(ec2.attachedInterfaces(instanceId));
        for (NetworkInterface attached : List.copyOf(all)) {
            all.addAll(ec2.branchInterfaces(attached.id()));
        }
        return List.copyOf(all);
    }

    @Override
    public List<String> preview(ActionContext context) {
        Instance instance = ec2.requireInstance(context.target());
        List<NetworkInterface> interfaces = interfaces(instance.id());
        List<String> notes = new ArrayList<>(heldInterfaces.preview(context, interfaces));
        if (isKubernetesNode(instance)) {
            notes.add(KUBERNETES_NODE);
        }
        notes.add(REMAINING_ACCESS);
        return notes;
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        Outcome outcome = heldInterfaces.isolate(context, parts);
        List<String> problems = new ArrayList<>(outcome.problems());
        Set<String> held = parts.all().stream()
                .map(part -> PartKeys.interfaceId(part.key()))
                .collect(Collectors.toSet());
        for (NetworkInterface late : interfaces(context.target().name())) {
            if (!held.contains(late.id())) {
                problems.add(
                        late.id() + " is not isolated: it was attached after the action began, or could not be held");
            }
        }
        List<String> notes = new ArrayList<>();
        notes.add(outcome.succeeded() + " of " + held.size() + " interfaces are in quarantine");
        notes.addAll(outcome.notes());
        if (ec2.instance(context.target().name())
                .filter(IsolateInstance::isKubernetesNode)
                .isPresent()) {
            notes.add(KUBERNETES_NODE);
        }
        notes.add(REMAINING_ACCESS);
        return ActionResult.ofProblems(problems, outcome.succeeded() > 0, notes);
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        Outcome outcome = heldInterfaces.release(context, parts);
        long restored = parts.all().stream().filter(HeldPart::isLastHold).count()
                - outcome.problems().size();
        List<String> notes = new ArrayList<>(outcome.notes());
        notes.add(restored + " of " + parts.all().size()
                + " interfaces have their own security groups again or no longer exist");
        return ActionResult.ofProblems(outcome.problems(), true, notes);
    }

    @Override
    public List<String> previewRelease(ActionContext context, HeldParts parts) {
        return HeldInterfaces.previewRelease(parts);
    }
}
