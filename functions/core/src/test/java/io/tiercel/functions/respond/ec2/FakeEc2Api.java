package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.plan.CrashPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** EC2 in memory, with the parts that no emulator has: branch interfaces, and calls that fail when they should. */
public final class FakeEc2Api implements Ec2Api {
    public final Map<String, Instance> instances = new TreeMap<>();
    public final Map<String, Interface> interfaces = new TreeMap<>();
    public final Map<String, String> attachments = new TreeMap<>();
    public final Map<String, String> trunks = new TreeMap<>();
    public final Map<String, String> groups = new TreeMap<>();
    public final Map<String, List<Rule>> rules = new TreeMap<>();
    public final Map<String, Snapshot> snapshots = new LinkedHashMap<>();
    public final Map<String, Map<String, String>> snapshotTags = new HashMap<>();
    public final Set<String> protections = new HashSet<>();
    public final List<Write> writes = new ArrayList<>();
    public final Set<String> denied = new HashSet<>();
    private CrashPoint fuse = CrashPoint.none();
    private int made;

    /** The next calls are of a process that ends with this. */
    public FakeEc2Api in(CrashPoint process) {
        fuse = process;
        return this;
    }

    public void instance(Instance instance) {
        instances.put(instance.id(), instance);
    }

    public static Instance running(String id) {
        return new Instance(
                id,
                "arn:aws:ec2:eu-west-1:123456789012:instance/" + id,
                "running",
                false,
                null,
                Map.of("Name", "web"),
                List.of(new Volume("vol-1", "/dev/xvda", true), new Volume("vol-2", "/dev/xvdb", false)),
                new Metadata("enabled", "optional", 2));
    }

    public void attached(String instanceId, Interface networkInterface) {
        interfaces.put(networkInterface.id(), networkInterface);
        attachments.put(networkInterface.id(), instanceId);
    }

    public void branch(String trunkId, Interface networkInterface) {
        interfaces.put(networkInterface.id(), networkInterface);
        trunks.put(networkInterface.id(), trunkId);
    }

    /** Everything that a release has to restore. */
    public String state() {
        Map<String, Set<String>> groupsOf = new TreeMap<>();
        interfaces.forEach((id, one) -> groupsOf.put(id, Set.copyOf(one.groups())));
        return groupsOf + " " + instances + " " + new TreeMap<>(Map.of("p", protections));
    }

    @Override
    public Optional<Instance> instance(String instanceId) {
        return fuse.pass(() -> Optional.ofNullable(instances.get(instanceId)));
    }

    @Override
    public boolean protectedFrom(String instanceId, Protection protection) {
        return fuse.pass(() -> protections.contains(instanceId + protection));
    }

    @Override
    public List<Interface> attachedTo(String instanceId) {
        return fuse.pass(() -> interfaces.values().stream()
                .filter(one -> instanceId.equals(attachments.get(one.id())))
                .toList());
    }

    @Override
    public List<Interface> branchesOf(String trunkInterfaceId) {
        return fuse.pass(() -> interfaces.values().stream()
                .filter(one -> trunkInterfaceId.equals(trunks.get(one.id())))
                .toList());
    }

    @Override
    public Optional<Interface> networkInterface(String interfaceId) {
        return fuse.pass(() -> Optional.ofNullable(interfaces.get(interfaceId)));
    }

    @Override
    public Optional<String> group(String vpc, String name) {
        return fuse.pass(() -> Optional.ofNullable(groups.get(vpc + "/" + name)));
    }

    @Override
    public List<Rule> rules(String groupId) {
        return fuse.pass(() -> List.copyOf(rules.getOrDefault(groupId, List.of())));
    }

    @Override
    public List<Snapshot> snapshots(String tag, String value) {
        return fuse.pass(() -> snapshots.values().stream()
                .filter(snapshot -> value.equals(
                        Objects.requireNonNull(snapshotTags.get(snapshot.id())).get(tag)))
                .toList());
    }

    @Override
    public List<String> instancesWith(String profileArn) {
        return fuse.pass(() -> instances.values().stream()
                .filter(instance -> profileArn.equals(instance.profileArn()))
                .map(Instance::id)
                .toList());
    }

    @Override
    public String dryRun(Write write) {
        return denied(write) ? "would be refused: UnauthorizedOperation" : "would succeed";
    }

    private boolean denied(Write write) {
        return denied.stream().anyMatch(part -> write.toString().contains(part));
    }

    @Override
    public String write(Write write) {
        return fuse.pass(() -> {
            if (denied(write)) {
                throw ActionException.because("UnauthorizedOperation");
            }
            writes.add(write);
            return written(write);
        });
    }

    private String written(Write write) {
        switch (write) {
            case Write.SetGroups set -> {
                Interface old = Objects.requireNonNull(interfaces.get(set.interfaceId()));
                if (set.groups().isEmpty()) {
                    throw ActionException.because("an interface needs a group");
                }
                interfaces.put(old.id(), new Interface(old.id(), old.vpc(), old.type(), set.groups(), old.addresses()));
            }
            case Write.CreateGroup create -> {
                String id = "sg-made" + made++;
                if (groups.putIfAbsent(create.vpc() + "/" + create.name(), id) != null) {
                    throw ActionException.because("InvalidGroup.Duplicate");
                }
                rules.put(
                        id,
                        new ArrayList<>(List.of(
                                new Rule("r4" + id, true, "-1", "0.0.0.0/0"),
                                new Rule("r6" + id, true, "-1", "::/0"))));
                return id;
            }
            case Write.RevokeRules revoke ->
                Objects.requireNonNull(rules.get(revoke.groupId()))
                        .removeIf(rule -> revoke.ruleIds().contains(rule.id()));
            case Write.AllowAll allow ->
                Objects.requireNonNull(rules.get(allow.groupId()))
                        .add(new Rule("r" + made++, allow.egress(), "-1", allow.cidr()));
            case Write.SetProtection set -> {
                if (set.on()) {
                    protections.add(set.instanceId() + set.protection());
                } else {
                    protections.remove(set.instanceId() + set.protection());
                }
            }
            case Write.SetDeletedOnTermination set ->
                change(
                        set.instanceId(),
                        old -> withVolumes(
                                old,
                                old.volumes().stream()
                                        .map(volume -> volume.device().equals(set.device())
                                                ? new Volume(volume.id(), volume.device(), set.deleted())
                                                : volume)
                                        .toList()));
            case Write.CreateSnapshot create -> {
                String id = "snap-" + made++;
                snapshots.put(id, new Snapshot(id, create.volume(), "completed"));
                snapshotTags.put(id, create.tags());
                return id;
            }
            case Write.StopInstance stop -> change(stop.instanceId(), old -> inState(old, "stopped"));
            case Write.StartInstance start -> change(start.instanceId(), old -> inState(old, "running"));
            case Write.SetMetadata set ->
                change(
                        set.instanceId(),
                        old -> new Instance(
                                old.id(),
                                old.arn(),
                                old.state(),
                                old.spot(),
                                old.profileArn(),
                                old.tags(),
                                old.volumes(),
                                set.metadata()));
        }
        return "";
    }

    private void change(String instanceId, UnaryOperator<Instance> change) {
        instances.computeIfPresent(instanceId, (id, old) -> change.apply(old));
    }

    private static Instance inState(Instance old, String state) {
        return new Instance(
                old.id(), old.arn(), state, old.spot(), old.profileArn(), old.tags(), old.volumes(), old.metadata());
    }

    private static Instance withVolumes(Instance old, List<Volume> volumes) {
        return new Instance(
                old.id(), old.arn(), old.state(), old.spot(), old.profileArn(), old.tags(), volumes, old.metadata());
    }
}
