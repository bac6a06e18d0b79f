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
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** An in-memory EC2 with branch interfaces and injected failures, which emulators do not support. */
public final class FakeEc2Api implements Ec2Api {
    public final Map<String, Instance> instances = new TreeMap<>();
    public final Map<String, NetworkInterface> interfaces = new TreeMap<>();
    public final Map<String, String> attachments = new TreeMap<>();
    public final Map<String, String> trunks = new TreeMap<>();
    public final Map<String, String> groups = new TreeMap<>();
    public final Map<String, Map<String, String>> groupTags = new TreeMap<>();
    public final Map<String, List<SecurityGroupRule>> rules = new TreeMap<>();
    public final Map<String, Snapshot> snapshots = new LinkedHashMap<>();
    public final Map<String, Map<String, String>> snapshotTags = new HashMap<>();
    public final Set<String> protections = new HashSet<>();
    public final List<Write> writes = new ArrayList<>();
    public final Set<String> denied = new HashSet<>();
    private static final String CREATED = "sg-created";

    /** Called before each write, for changes that another client makes at the same time. */
    public Consumer<Write> concurrently = write -> {};

    private CrashPoint crashPoint = CrashPoint.none();
    private int created;

    /** Makes all further calls part of a process that ends at the crash point. */
    public FakeEc2Api withCrashPoint(CrashPoint newCrashPoint) {
        crashPoint = newCrashPoint;
        return this;
    }

    public void addInstance(Instance instance) {
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
                new MetadataOptions("enabled", "optional", 2));
    }

    public void attach(String instanceId, NetworkInterface networkInterface) {
        interfaces.put(networkInterface.id(), networkInterface);
        attachments.put(networkInterface.id(), instanceId);
    }

    public void addBranchInterface(String trunkId, NetworkInterface networkInterface) {
        interfaces.put(networkInterface.id(), networkInterface);
        trunks.put(networkInterface.id(), trunkId);
    }

    /** Returns the state that a release must restore. */
    public String state() {
        Map<String, Set<String>> groupsOf = new TreeMap<>();
        interfaces.forEach((id, eni) -> groupsOf.put(id, Set.copyOf(eni.groups())));
        return groupsOf + " " + instances + " " + new TreeMap<>(Map.of("p", protections));
    }

    @Override
    public Optional<Instance> instance(String instanceId) {
        return crashPoint.call(() -> Optional.ofNullable(instances.get(instanceId)));
    }

    @Override
    public boolean isProtectedFrom(String instanceId, Protection protection) {
        return crashPoint.call(() -> protections.contains(instanceId + protection));
    }

    @Override
    public List<NetworkInterface> attachedInterfaces(String instanceId) {
        return crashPoint.call(() -> interfaces.values().stream()
                .filter(eni -> instanceId.equals(attachments.get(eni.id())))
                .toList());
    }

    @Override
    public List<NetworkInterface> branchInterfaces(String trunkInterfaceId) {
        return crashPoint.call(() -> interfaces.values().stream()
                .filter(eni -> trunkInterfaceId.equals(trunks.get(eni.id())))
                .toList());
    }

    @Override
    public Optional<NetworkInterface> networkInterface(String interfaceId) {
        return crashPoint.call(() -> Optional.ofNullable(interfaces.get(interfaceId)));
    }

    @Override
    public Optional<SecurityGroup> securityGroup(String vpc, String name) {
        return crashPoint.call(() -> Optional.ofNullable(groups.get(vpc + "/" + name))
                .map(id -> new SecurityGroup(id, groupTags.getOrDefault(id, Map.of()))));
    }

    @Override
    public List<SecurityGroupRule> securityGroupRules(String groupId) {
        return crashPoint.call(() -> List.copyOf(rules.getOrDefault(groupId, List.of())));
    }

    @Override
    public List<Snapshot> snapshots(String tag, String value) {
        return crashPoint.call(() -> snapshots.values().stream()
                .filter(snapshot -> value.equals(
                        Objects.requireNonNull(snapshotTags.get(snapshot.id())).get(tag)))
                .toList());
    }

    @Override
    public List<String> instancesWithProfile(String profileArn) {
        return crashPoint.call(() -> instances.values().stream()
                .filter(instance -> profileArn.equals(instance.profileArn()))
                .map(Instance::id)
                .toList());
    }

    @Override
    public String dryRun(Write write) {
        return denied(write) ? "would be denied: UnauthorizedOperation" : "would succeed";
    }

    private boolean denied(Write write) {
        return denied.stream().anyMatch(part -> write.toString().contains(part));
    }

    @Override
    public String write(Write write) {
        return crashPoint.call(() -> {
            concurrently.accept(write);
            if (denied(write)) {
                throw ActionException.permanent("UnauthorizedOperation");
            }
            writes.add(write);
            return execute(write);
        });
    }

    private String execute(Write write) {
        switch (write) {
            case Write.SetSecurityGroups set -> {
                NetworkInterface old = Objects.requireNonNull(interfaces.get(set.interfaceId()));
                if (set.groups().isEmpty()) {
                    throw ActionException.permanent("an interface needs a group");
                }
                if (set.groups().stream().anyMatch(id -> id.startsWith(CREATED) && !groups.containsValue(id))) {
                    throw ActionException.notFound("InvalidGroup.NotFound");
                }
                interfaces.put(
                        old.id(), new NetworkInterface(old.id(), old.vpc(), old.type(), set.groups(), old.addresses()));
            }
            case Write.CreateSecurityGroup create -> {
                String id = CREATED + created++;
                if (groups.putIfAbsent(create.vpc() + "/" + create.name(), id) != null) {
                    throw ActionException.permanent("InvalidGroup.Duplicate");
                }
                groupTags.put(id, create.tags());
                rules.put(
                        id,
                        new ArrayList<>(List.of(
                                new SecurityGroupRule("r4" + id, true, "-1", "0.0.0.0/0"),
                                new SecurityGroupRule("r6" + id, true, "-1", "::/0"))));
                return id;
            }
            case Write.DeleteSecurityGroup delete -> {
                if (interfaces.values().stream().anyMatch(eni -> eni.groups().contains(delete.groupId()))) {
                    throw ActionException.retryable("DependencyViolation", null);
                }
                groups.values().remove(delete.groupId());
                rules.remove(delete.groupId());
            }
            case Write.RevokeRules revoke ->
                Objects.requireNonNull(rules.get(revoke.groupId()))
                        .removeIf(rule -> revoke.ruleIds().contains(rule.id()));
            case Write.RevokeAllowAll revoke ->
                Objects.requireNonNull(rules.get(revoke.groupId()))
                        .removeIf(rule -> rule.egress() == revoke.egress()
                                && rule.protocol().equals("-1")
                                && rule.peer().equals(revoke.cidr()));
            case Write.AllowAll allow ->
                Objects.requireNonNull(rules.get(allow.groupId()))
                        .add(new SecurityGroupRule("r" + created++, allow.egress(), "-1", allow.cidr()));
            case Write.SetProtection set -> {
                if (set.on()) {
                    protections.add(set.instanceId() + set.protection());
                } else {
                    protections.remove(set.instanceId() + set.protection());
                }
            }
            case Write.SetDeleteOnTermination set ->
                update(
                        set.instanceId(),
                        old -> withVolumes(
                                old,
                                old.volumes().stream()
                                        .map(volume -> volume.device().equals(set.device())
                                                ? new Volume(volume.id(), volume.device(), set.delete())
                                                : volume)
                                        .toList()));
            case Write.CreateSnapshot create -> {
                String id = "snap-" + created++;
                snapshots.put(id, new Snapshot(id, create.volume(), "completed"));
                snapshotTags.put(id, create.tags());
                return id;
            }
            case Write.StopInstance stop -> update(stop.instanceId(), old -> withState(old, "stopped"));
            case Write.StartInstance start -> update(start.instanceId(), old -> withState(old, "running"));
            case Write.SetMetadataOptions set ->
                update(
                        set.instanceId(),
                        old -> new Instance(
                                old.id(),
                                old.arn(),
                                old.state(),
                                old.spot(),
                                old.profileArn(),
                                old.tags(),
                                old.volumes(),
                                set.options()));
        }
        return "";
    }

    private void update(String instanceId, UnaryOperator<Instance> update) {
        instances.computeIfPresent(instanceId, (id, old) -> update.apply(old));
    }

    private static Instance withState(Instance old, String state) {
        return new Instance(
                old.id(), old.arn(), state, old.spot(), old.profileArn(), old.tags(), old.volumes(), old.metadata());
    }

    private static Instance withVolumes(Instance old, List<Volume> volumes) {
        return new Instance(
                old.id(), old.arn(), old.state(), old.spot(), old.profileArn(), old.tags(), volumes, old.metadata());
    }
}
