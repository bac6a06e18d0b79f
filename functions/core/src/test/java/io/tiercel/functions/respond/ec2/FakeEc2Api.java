package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.plan.CrashPoint;
import io.tiercel.functions.retry.Pause;
import java.time.Duration;
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
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An in-memory EC2 that is as strict as the real one where it matters for isolation:
 *
 * <ul>
 *   <li>A new security group is not visible for some calls, and its default outbound rules are listed even later.
 *   <li>Setting the security groups of an interface replaces all of them. Unknown groups, groups of another VPC and more than five
 *       groups are rejected.
 *   <li>A security group that an interface uses cannot be deleted.
 *   <li>{@link #faults} makes any call fail, with or without its effect.
 * </ul>
 */
public final class FakeEc2Api implements Ec2Api {
    /** The number of security groups that an interface may have. */
    public static final int MAX_GROUPS = 5;

    public final Map<String, Instance> instances = new TreeMap<>();
    public final Map<String, NetworkInterface> interfaces = new TreeMap<>();
    public final Map<String, String> attachments = new TreeMap<>();
    public final Map<String, String> trunks = new TreeMap<>();

    /** The ids of security groups by {@code VPC/NAME}. */
    public final Map<String, String> groups = new TreeMap<>();

    public final Map<String, Map<String, String>> groupTags = new TreeMap<>();

    /** The ids of further security groups: those that interfaces have when they are added. */
    public final Set<String> otherGroups = new TreeSet<>();

    /** The rules in force by group id, listed or not. */
    public final Map<String, List<SecurityGroupRule>> rules = new TreeMap<>();

    public final Map<String, Snapshot> snapshots = new LinkedHashMap<>();
    public final Map<String, Map<String, String>> snapshotTags = new HashMap<>();
    public final Set<String> protections = new HashSet<>();
    /** The writes that had their effect. */
    public final List<Write> writes = new ArrayList<>();

    /** Parts of the text of writes that are denied. */
    public final Set<String> denied = new HashSet<>();

    /** Called before each write, for changes that another client makes at the same time. */
    public Consumer<Write> concurrently = write -> {};

    /** Returns how a call fails; called before the call has an effect. */
    public Function<Call, Fault> faults = call -> Fault.NONE;

    /** Called after each call, also after one that failed, for conditions that always hold. */
    public Runnable observer = () -> {};

    /** Called for each pause between two attempts, for example to advance a clock. The pause itself takes no time. */
    public Consumer<Duration> pauses = time -> {};

    /** For how many calls or pauses a new security group is not visible. */
    public int creationLag = 2;

    /** For how many further calls or pauses the default rules of a new security group are not listed. */
    public int ruleLag = 2;

    private final Map<String, Integer> visibleAt = new HashMap<>();
    private final Map<String, Integer> listedAt = new HashMap<>();
    private CrashPoint crashPoint = CrashPoint.none();
    private int created;
    private int calls;
    private int ticks;

    /**
     * A call of this API.
     *
     * @param number counts all calls from 1
     * @param name the name of the method, or the type of the write
     * @param write null for a read
     */
    public record Call(int number, String name, @Nullable Write write) {}

    /** How a call fails. */
    public enum Fault {
        NONE,
        THROTTLED,
        TIMED_OUT,
        TIMED_OUT_AFTER_EFFECT,
        SERVER_ERROR,
        SERVER_ERROR_AFTER_EFFECT,
        NOT_FOUND,
        DENIED;

        boolean hasEffect() {
            return this == TIMED_OUT_AFTER_EFFECT || this == SERVER_ERROR_AFTER_EFFECT || this == NONE;
        }

        private void fail() {
            switch (this) {
                case NONE -> {}
                case THROTTLED -> throw ActionException.retryable("RequestLimitExceeded", null);
                case TIMED_OUT, TIMED_OUT_AFTER_EFFECT -> throw ActionException.retryable("no answer in 10 s", null);
                case SERVER_ERROR, SERVER_ERROR_AFTER_EFFECT -> throw ActionException.retryable("InternalError", null);
                case NOT_FOUND -> throw ActionException.notFound("InvalidGroup.NotFound");
                case DENIED -> throw ActionException.permanent("UnauthorizedOperation");
            }
        }
    }

    /** Returns the number of calls so far. */
    public int calls() {
        return calls;
    }

    /** Returns the waiting time between attempts of handlers that use this API. */
    public Pause pause() {
        return time -> {
            ticks += 1 + (int) time.dividedBy(Duration.ofMillis(200));
            pauses.accept(time);
        };
    }

    /** Returns the interfaces that are open to all traffic because they are in the untrack group of their VPC. */
    public Set<String> openInterfaces() {
        Set<String> open = new TreeSet<>();
        for (NetworkInterface eni : interfaces.values()) {
            String group = groups.get(eni.vpc() + "/" + ContainmentGroups.UNTRACK_GROUP);
            if (group != null && eni.groups().contains(group)) {
                open.add(eni.id());
            }
        }
        return open;
    }

    private <T> T call(String name, @Nullable Write write, Supplier<T> call) {
        return crashPoint.call(() -> {
            calls++;
            ticks++;
            Fault fault = faults.apply(new Call(calls, name, write));
            try {
                if (!fault.hasEffect()) {
                    fault.fail();
                }
                T result = call.get();
                fault.fail();
                return result;
            } finally {
                observer.run();
            }
        });
    }

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
        otherGroups.addAll(networkInterface.groups());
        interfaces.put(networkInterface.id(), networkInterface);
        attachments.put(networkInterface.id(), instanceId);
    }

    public void addBranchInterface(String trunkId, NetworkInterface networkInterface) {
        otherGroups.addAll(networkInterface.groups());
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
        return call("instance", null, () -> Optional.ofNullable(instances.get(instanceId)));
    }

    @Override
    public boolean isProtectedFrom(String instanceId, Protection protection) {
        return call("isProtectedFrom", null, () -> protections.contains(instanceId + protection));
    }

    @Override
    public List<NetworkInterface> attachedInterfaces(String instanceId) {
        return call(
                "attachedInterfaces",
                null,
                () -> interfaces.values().stream()
                        .filter(eni -> instanceId.equals(attachments.get(eni.id())))
                        .toList());
    }

    @Override
    public List<NetworkInterface> branchInterfaces(String trunkInterfaceId) {
        return call(
                "branchInterfaces",
                null,
                () -> interfaces.values().stream()
                        .filter(eni -> trunkInterfaceId.equals(trunks.get(eni.id())))
                        .toList());
    }

    @Override
    public Optional<NetworkInterface> networkInterface(String interfaceId) {
        return call("networkInterface", null, () -> Optional.ofNullable(interfaces.get(interfaceId)));
    }

    @Override
    public Optional<SecurityGroup> securityGroup(String vpc, String name) {
        return call(
                "securityGroup",
                null,
                () -> Optional.ofNullable(groups.get(vpc + "/" + name))
                        .filter(this::isVisible)
                        .map(id -> new SecurityGroup(id, groupTags.getOrDefault(id, Map.of()))));
    }

    @Override
    public List<SecurityGroupRule> securityGroupRules(String groupId) {
        return call(
                "securityGroupRules",
                null,
                () -> isVisible(groupId)
                        ? rules.getOrDefault(groupId, List.of()).stream()
                                .filter(rule -> listedAt.getOrDefault(rule.id(), 0) <= ticks)
                                .toList()
                        : List.of());
    }

    @Override
    public List<Snapshot> snapshots(String tag, String value) {
        return call(
                "snapshots",
                null,
                () -> snapshots.values().stream()
                        .filter(snapshot -> value.equals(Objects.requireNonNull(snapshotTags.get(snapshot.id()))
                                .get(tag)))
                        .toList());
    }

    @Override
    public List<String> instancesWithProfile(String profileArn) {
        return call(
                "instancesWithProfile",
                null,
                () -> instances.values().stream()
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
        return write(write, () -> execute(write));
    }

    @Override
    public List<Snapshot> createSnapshots(Write.CreateSnapshots create) {
        return write(create, () -> takeSnapshots(create));
    }

    private <T> T write(Write write, Supplier<T> effect) {
        return call(write.getClass().getSimpleName(), write, () -> {
            concurrently.accept(write);
            if (denied(write)) {
                throw ActionException.permanent("UnauthorizedOperation");
            }
            T result = effect.get();
            writes.add(write);
            return result;
        });
    }

    private List<Snapshot> takeSnapshots(Write.CreateSnapshots create) {
        List<Snapshot> taken = Objects.requireNonNull(instances.get(create.instanceId())).volumes().stream()
                .map(volume -> new Snapshot("snap-" + created++, volume.id(), "pending"))
                .toList();
        taken.forEach(snapshot -> {
            snapshots.put(snapshot.id(), snapshot);
            snapshotTags.put(snapshot.id(), create.tags());
        });
        return taken;
    }

    private boolean isVisible(String group) {
        return visibleAt.getOrDefault(group, 0) <= ticks;
    }

    private List<SecurityGroupRule> rulesOf(String group) {
        requireGroup(group);
        return rules.computeIfAbsent(group, id -> new ArrayList<>());
    }

    private void requireGroup(String group) {
        if ((!groups.containsValue(group) && !otherGroups.contains(group)) || !isVisible(group)) {
            throw ActionException.notFound("InvalidGroup.NotFound: " + group);
        }
    }

    private void setGroups(String interfaceId, List<String> ids) {
        NetworkInterface old = interfaces.get(interfaceId);
        if (old == null) {
            throw ActionException.notFound("InvalidNetworkInterfaceID.NotFound: " + interfaceId);
        }
        if (ids.isEmpty()) {
            throw ActionException.permanent("InvalidParameterValue: an interface needs a group");
        }
        if (ids.size() > MAX_GROUPS) {
            throw ActionException.permanent("SecurityGroupsPerInterfaceLimitExceeded");
        }
        for (String id : ids) {
            requireGroup(id);
            groups.forEach((name, group) -> {
                if (group.equals(id) && !name.startsWith(old.vpc() + "/")) {
                    throw ActionException.permanent("InvalidParameterValue: " + name + " is in another VPC");
                }
            });
        }
        interfaces.put(
                old.id(), new NetworkInterface(old.id(), old.vpc(), old.type(), List.copyOf(ids), old.addresses()));
    }

    private String createGroup(Write.CreateSecurityGroup create) {
        String id = "sg-created" + created++;
        if (groups.putIfAbsent(create.vpc() + "/" + create.name(), id) != null) {
            throw ActionException.permanent("InvalidGroup.Duplicate");
        }
        groupTags.put(id, create.tags());
        visibleAt.put(id, ticks + creationLag);
        List<SecurityGroupRule> defaults = new ArrayList<>();
        for (String range : List.of("0.0.0.0/0", "::/0")) {
            SecurityGroupRule rule = new SecurityGroupRule("r" + range + id, true, "-1", range);
            listedAt.put(rule.id(), ticks + creationLag + ruleLag);
            defaults.add(rule);
        }
        rules.put(id, defaults);
        return id;
    }

    private String execute(Write write) {
        switch (write) {
            case Write.SetSecurityGroups set -> setGroups(set.interfaceId(), set.groups());
            case Write.CreateSecurityGroup create -> {
                return createGroup(create);
            }
            case Write.DeleteSecurityGroup delete -> {
                if (interfaces.values().stream().anyMatch(eni -> eni.groups().contains(delete.groupId()))) {
                    throw ActionException.retryable("DependencyViolation", null);
                }
                groups.values().remove(delete.groupId());
                otherGroups.remove(delete.groupId());
                rules.remove(delete.groupId());
            }
            case Write.RevokeRules revoke -> {
                List<SecurityGroupRule> ofGroup = rulesOf(revoke.groupId());
                if (!ofGroup.stream().map(SecurityGroupRule::id).toList().containsAll(revoke.ruleIds())) {
                    throw ActionException.notFound("InvalidSecurityGroupRuleId.NotFound");
                }
                ofGroup.removeIf(rule -> revoke.ruleIds().contains(rule.id()));
            }
            case Write.RevokeAllowAll revoke ->
                rulesOf(revoke.groupId()).removeIf(rule -> allowsAll(rule, revoke.egress(), revoke.cidr()));
            case Write.AllowAll allow -> {
                List<SecurityGroupRule> ofGroup = rulesOf(allow.groupId());
                if (ofGroup.stream().noneMatch(rule -> allowsAll(rule, allow.egress(), allow.cidr()))) {
                    ofGroup.add(new SecurityGroupRule("r" + created++, allow.egress(), "-1", allow.cidr()));
                }
            }
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
            case Write.CreateSnapshots create -> {
                return takeSnapshots(create).stream().map(Snapshot::id).collect(Collectors.joining(" "));
            }
            case Write.StopInstance stop -> update(stop.instanceId(), old -> withState(old, "stopped"));
            case Write.StartInstance start -> update(start.instanceId(), old -> withState(old, "running"));
            case Write.SetMetadataEndpoint set ->
                update(
                        set.instanceId(),
                        old -> withMetadata(
                                old,
                                new MetadataOptions(
                                        set.endpoint(),
                                        old.metadata().tokens(),
                                        old.metadata().hopLimit())));
        }
        return "";
    }

    private static boolean allowsAll(SecurityGroupRule rule, boolean egress, String range) {
        return rule.egress() == egress
                && rule.protocol().equals("-1")
                && rule.peer().equals(range);
    }

    private void update(String instanceId, UnaryOperator<Instance> update) {
        instances.computeIfPresent(instanceId, (id, old) -> update.apply(old));
    }

    private static Instance withState(Instance old, String state) {
        return new Instance(
                old.id(), old.arn(), state, old.spot(), old.profileArn(), old.tags(), old.volumes(), old.metadata());
    }

    /** Changes the metadata options as another client does. */
    void setMetadata(String instanceId, MetadataOptions options) {
        update(instanceId, old -> withMetadata(old, options));
    }

    private static Instance withMetadata(Instance old, MetadataOptions options) {
        return new Instance(
                old.id(), old.arn(), old.state(), old.spot(), old.profileArn(), old.tags(), old.volumes(), options);
    }

    private static Instance withVolumes(Instance old, List<Volume> volumes) {
        return new Instance(
                old.id(), old.arn(), old.state(), old.spot(), old.profileArn(), old.tags(), volumes, old.metadata());
    }
}
