package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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
    private final InterfaceQuarantine quarantine;

    public IsolateInstance(Ec2Api ec2) {
        this.ec2 = ec2;
        this.quarantine = new InterfaceQuarantine(ec2);
    }

    private record Prior(List<NetworkInterface> interfaces, boolean kubernetesNode) {}

    @Override
    public CapturedState capture(ActionContext context) {
        Instance instance = ec2.requireInstance(context.target());
        List<NetworkInterface> interfaces = interfaces(instance.id());
        if (interfaces.isEmpty()) {
            throw ActionException.permanent(context.target().text() + " has no network interface");
        }
        return CapturedState.of(
                CapturedPart.of(
                        "instance/" + instance.id() + "/interfaces", new Prior(interfaces, isKubernetesNode(instance))),
                TargetFacts.ofTags(instance.tags()));
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
        List<String> notes = new ArrayList<>();
        new TreeSet<>(interfaces.stream().map(NetworkInterface::vpc).toList())
                .forEach(vpc -> quarantine.previewGroup(vpc).ifPresent(notes::add));
        notes.addAll(quarantine.preview(interfaces));
        if (isKubernetesNode(instance)) {
            notes.add(KUBERNETES_NODE);
        }
        notes.add(REMAINING_ACCESS);
        return notes;
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        if (prior.interfaces().stream().allMatch(quarantine::isQuarantined)) {
            return ActionResult.skipped("every interface was already in quarantine");
        }
        Map<String, String> quarantineGroups = new HashMap<>();
        Map<String, String> untrackGroups = new HashMap<>();
        for (NetworkInterface networkInterface : prior.interfaces()) {
            String vpc = networkInterface.vpc();
            if (!quarantineGroups.containsKey(vpc)) {
                quarantineGroups.put(vpc, quarantine.ensureQuarantineGroup(context, vpc));
            }
            if (!context.params().string("cut_tracked").equals("never")
                    && !untrackGroups.containsKey(vpc)
                    && quarantine.isOutside(networkInterface, Objects.requireNonNull(quarantineGroups.get(vpc)))) {
                untrackGroups.put(vpc, quarantine.ensureUntrackGroup(context, vpc));
            }
        }
        List<String> problems = new ArrayList<>();
        int isolated = 0;
        for (NetworkInterface networkInterface : prior.interfaces()) {
            String problem = isolate(context, networkInterface, quarantineGroups, untrackGroups);
            if (problem == null) {
                isolated++;
            } else {
                problems.add(problem);
            }
        }
        for (NetworkInterface late : interfaces(context.target().name())) {
            boolean known = prior.interfaces().stream()
                    .anyMatch(networkInterface -> networkInterface.id().equals(late.id()));
            if (!known) {
                problems.add(late.id() + " is not isolated: it was attached during the action");
            }
        }
        List<String> notes = new ArrayList<>(quarantine.deleteUntrackGroups(context, quarantineGroups.keySet()));
        notes.add(isolated + " of " + prior.interfaces().size() + " interfaces are in quarantine");
        if (prior.kubernetesNode()) {
            notes.add(KUBERNETES_NODE);
        }
        notes.add(REMAINING_ACCESS);
        return ActionResult.ofProblems(problems, isolated > 0, notes);
    }

    private @Nullable String isolate(
            ActionContext context,
            NetworkInterface networkInterface,
            Map<String, String> quarantineGroups,
            Map<String, String> untrackGroups) {
        String group = quarantineGroups.get(networkInterface.vpc());
        return group == null
                ? networkInterface.id() + " is not isolated: its VPC has no quarantine group"
                : quarantine.isolate(context, networkInterface, group, untrackGroups.get(networkInterface.vpc()));
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        List<NetworkInterface> interfaces = parts.only().prior(Prior.class).interfaces();
        List<String> problems = new ArrayList<>();
        Set<String> vpcs = new TreeSet<>();
        for (NetworkInterface networkInterface : interfaces) {
            vpcs.add(networkInterface.vpc());
            String problem = quarantine.release(context, networkInterface);
            if (problem != null) {
                problems.add(problem);
            }
        }
        List<String> notes = new ArrayList<>(quarantine.deleteUntrackGroups(context, vpcs));
        notes.add((interfaces.size() - problems.size()) + " of " + interfaces.size()
                + " interfaces have their own security groups again or no longer exist");
        return ActionResult.ofProblems(problems, true, notes);
    }

    @Override
    public List<String> previewRelease(ActionContext context, HeldParts parts) {
        return parts.only().prior(Prior.class).interfaces().stream()
                .map(networkInterface -> "gives " + networkInterface.id() + " its security groups "
                        + networkInterface.groups() + " back")
                .toList();
    }
}
