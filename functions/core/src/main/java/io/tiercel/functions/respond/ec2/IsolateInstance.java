package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionFailed;
import io.tiercel.functions.respond.action.Captured;
import io.tiercel.functions.respond.action.Outcome;
import io.tiercel.functions.respond.action.Remedy;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.action.Work;
import io.tiercel.functions.respond.ec2.Ec2.Instance;
import io.tiercel.functions.respond.ec2.Ec2.Interface;
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
public final class IsolateInstance implements Remedy {
    private static final String RESIDUE =
            "what remains open: DNS through the VPC's resolver, the metadata service and Time Sync are not subject to security"
                    + " groups; connections through NAT gateways, load balancers or transit gateways stay tracked and may"
                    + " live on until they are idle for long enough";
    private static final String NODE =
            "it is a Kubernetes node: its kubelet is cut off too, its pods will be evicted and start elsewhere";

    private final Ec2 ec2;
    private final Quarantine quarantine;

    public IsolateInstance(Ec2 ec2) {
        this.ec2 = ec2;
        this.quarantine = new Quarantine(ec2);
    }

    private record Prior(List<Interface> interfaces, boolean node) {}

    @Override
    public Captured capture(Work work) {
        Instance instance = instance(work);
        List<Interface> interfaces = interfaces(instance.id());
        if (interfaces.isEmpty()) {
            throw ActionFailed.because(work.target().text() + " has no network interface");
        }
        return Captured.of(new Prior(interfaces, node(instance)), TargetFacts.tagged(instance.tags()));
    }

    private Instance instance(Work work) {
        return ec2.instance(work.target().name())
                .orElseThrow(() -> ActionFailed.absent(work.target().text() + " is not there"));
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
    public List<String> preview(Work work) {
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
    public Outcome apply(Work work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        if (prior.interfaces().stream()
                .allMatch(one -> quarantine
                        .closed(one.vpc())
                        .filter(group -> Quarantine.only(one, group))
                        .isPresent())) {
            return Outcome.skipped("every interface was in quarantine already");
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
        return Outcome.of(problems, isolated > 0, notes);
    }

    private @Nullable String isolate(Work work, Interface one, Map<String, String> closed, Map<String, String> open) {
        String group = closed.get(one.vpc());
        return group == null
                ? one.id() + " is not isolated: its VPC has no quarantine group"
                : quarantine.isolate(work, one, group, open.get(one.vpc()));
    }

    @Override
    public Outcome release(Work work, String stored) {
        List<String> problems = new ArrayList<>();
        for (Interface one : StateJson.read(stored, Prior.class).interfaces()) {
            String problem = quarantine.release(work, one);
            if (problem != null) {
                problems.add(problem);
            }
        }
        return Outcome.of(problems, true, List.of());
    }
}
