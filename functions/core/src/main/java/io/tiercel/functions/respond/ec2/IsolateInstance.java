package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.Interface;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code ec2:isolate}: every interface of an instance into quarantine, those of its pods included. It never calls
 * ModifyInstanceAttribute with groups, which fails on instances with several interfaces.
 */
public final class IsolateInstance implements ActionHandler {
    private static final String RESIDUE =
            "what remains open: DNS through the VPC's resolver, the metadata service and Time Sync are not subject to security"
                    + " groups; connections through NAT gateways, load balancers or transit gateways stay tracked and may"
                    + " live on until they are idle for long enough";
    private static final String NODE =
            "it is a Kubernetes node: its kubelet is cut off too, its pods will be evicted and start elsewhere";

    private final Ec2Api ec2;
    private final InterfaceQuarantine quarantine;

    public IsolateInstance(Ec2Api ec2) {
        this.ec2 = ec2;
        this.quarantine = new InterfaceQuarantine(ec2);
    }

    private record Prior(List<Interface> interfaces, boolean node) {}

    @Override
    public CapturedState capture(ActionContext work) {
        Instance instance = instance(work);
        List<Interface> interfaces = interfaces(instance.id());
        if (interfaces.isEmpty()) {
            throw ActionException.because(work.target().text() + " has no network interface");
        }
        return CapturedState.of(new Prior(interfaces, node(instance)), TargetFacts.tagged(instance.tags()));
    }

    private Instance instance(ActionContext work) {
        return ec2.instance(work.target().name())
                .orElseThrow(() -> ActionException.absent(work.target().text() + " is not there"));
    }

    private static boolean node(Instance instance) {
        return instance.tags().keySet().stream()
                .anyMatch(key -> key.startsWith("kubernetes.io/cluster/") || key.startsWith("eks:"));
    }

    private List<Interface> interfaces(String instanceId) {
        List<Interface> all = new ArrayList<>(ec2.attachedTo(instanceId));
        for (Interface attached : List.copyOf(all)) {
            all.addAll(ec2.branchesOf(attached.id()));
        }
        return List.copyOf(all);
    }

    @Override
    public List<String> preview(ActionContext work) {
        Instance instance = instance(work);
        List<Interface> interfaces = interfaces(instance.id());
        List<String> notes = new ArrayList<>();
        new TreeSet<>(interfaces.stream().map(Interface::vpc).toList())
                .forEach(vpc -> quarantine.previewGroup(vpc).ifPresent(notes::add));
        notes.addAll(quarantine.preview(interfaces));
        if (node(instance)) {
            notes.add(NODE);
        }
        notes.add(RESIDUE);
        return notes;
    }

    @Override
    public ActionResult apply(ActionContext work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        if (prior.interfaces().stream()
                .allMatch(one -> quarantine
                        .closed(one.vpc())
                        .filter(group -> InterfaceQuarantine.only(one, group))
                        .isPresent())) {
            return ActionResult.skipped("every interface was in quarantine already");
        }
        Map<String, String> closed = new HashMap<>();
        Map<String, String> open = new HashMap<>();
        for (Interface one : prior.interfaces()) {
            if (!closed.containsKey(one.vpc())) {
                closed.put(one.vpc(), quarantine.closedGroup(work, one.vpc()));
                if (work.params().flag("cut_tracked")) {
                    open.put(one.vpc(), quarantine.openGroup(work, one.vpc()));
                }
            }
        }
        List<String> problems = new ArrayList<>();
        int isolated = 0;
        for (Interface one : prior.interfaces()) {
            String problem = isolate(work, one, closed, open);
            if (problem == null) {
                isolated++;
            } else {
                problems.add(problem);
            }
        }
        for (Interface late : interfaces(work.target().name())) {
            boolean known = prior.interfaces().stream().anyMatch(one -> one.id().equals(late.id()));
            if (!known) {
                problems.add(late.id() + " is not isolated: it was attached meanwhile");
            }
        }
        List<String> notes = new ArrayList<>();
        notes.add(
                isolated + " of " + prior.interfaces().size() + " interfaces are in quarantine, as reading back shows");
        if (prior.node()) {
            notes.add(NODE);
        }
        notes.add(RESIDUE);
        return ActionResult.of(problems, isolated > 0, notes);
    }

    private @Nullable String isolate(
            ActionContext work, Interface one, Map<String, String> closed, Map<String, String> open) {
        String group = closed.get(one.vpc());
        return group == null
                ? one.id() + " is not isolated: its VPC has no quarantine group"
                : quarantine.isolate(work, one, group, open.get(one.vpc()));
    }

    @Override
    public ActionResult release(ActionContext work, String stored) {
        List<String> problems = new ArrayList<>();
        for (Interface one : StateJson.read(stored, Prior.class).interfaces()) {
            String problem = quarantine.release(work, one);
            if (problem != null) {
                problems.add(problem);
            }
        }
        return ActionResult.of(problems, true, List.of());
    }
}
