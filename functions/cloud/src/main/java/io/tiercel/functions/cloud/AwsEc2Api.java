package io.tiercel.functions.cloud;

import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.lookup.AwsFailures;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.Ec2Api;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupRulesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSecurityGroupsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.InstanceAttributeName;
import software.amazon.awssdk.services.ec2.model.InstanceMetadataOptionsResponse;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceIpv6Address;
import software.amazon.awssdk.services.ec2.model.NetworkInterfacePrivateIpAddress;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.Tag;

/** Amazon EC2. Listings end after {@value Pages#MAX_PAGES} pages of {@value Pages#EC2_PAGE_SIZE} results with a failure. */
public final class AwsEc2Api implements Ec2Api {
    private static final String TRUNK_TAG = "tag:vpcresources.k8s.aws/trunk-eni-id";

    private final Ec2Client api;
    private final AwsConnection connection;
    private final Ec2Writes writes;

    public AwsEc2Api(AwsConnection connection) {
        this.connection = connection;
        this.api = connection.client(Ec2Client.builder());
        this.writes = new Ec2Writes(api);
    }

    @Override
    public Optional<Instance> instance(String instanceId) {
        return absentIfNotFound(() -> AwsConnection.call(
                        "DescribeInstances", () -> api.describeInstances(describe -> describe.instanceIds(instanceId)))
                .reservations()
                .stream()
                .flatMap(reservation -> instances(reservation, instanceId))
                .findFirst());
    }

    private static <T> Optional<T> absentIfNotFound(Supplier<Optional<T>> read) {
        try {
            return read.get();
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Stream<Instance> instances(Reservation reservation, String instanceId) {
        String account = Objects.requireNonNullElse(reservation.ownerId(), "");
        return reservation.instances().stream()
                .filter(instance -> instance.instanceId().equals(instanceId)
                        && !instance.state().nameAsString().equals("terminated"))
                .map(instance -> instance(instance, account));
    }

    private Instance instance(software.amazon.awssdk.services.ec2.model.Instance instance, String account) {
        String id = instance.instanceId();
        return new Instance(
                id,
                "arn:" + connection.partition() + ":ec2:" + connection.region().id() + ":" + account + ":instance/"
                        + id,
                instance.state().nameAsString(),
                "spot".equals(instance.instanceLifecycleAsString()),
                instance.iamInstanceProfile() == null
                        ? null
                        : instance.iamInstanceProfile().arn(),
                tags(instance.tags()),
                instance.blockDeviceMappings().stream()
                        .filter(device -> device.ebs() != null)
                        .map(device -> new Volume(
                                device.ebs().volumeId(),
                                device.deviceName(),
                                Boolean.TRUE.equals(device.ebs().deleteOnTermination())))
                        .toList(),
                metadata(instance.metadataOptions()));
    }

    private static MetadataOptions metadata(@Nullable InstanceMetadataOptionsResponse options) {
        return options == null
                ? new MetadataOptions("enabled", "optional", 1)
                : new MetadataOptions(
                        Objects.requireNonNullElse(options.httpEndpointAsString(), "enabled"),
                        Objects.requireNonNullElse(options.httpTokensAsString(), "optional"),
                        Objects.requireNonNullElse(options.httpPutResponseHopLimit(), 1));
    }

    private static Map<String, String> tags(List<Tag> tags) {
        return tags.stream()
                .collect(Collectors.toUnmodifiableMap(Tag::key, tag -> Objects.requireNonNullElse(tag.value(), "")));
    }

    @Override
    public boolean isProtectedFrom(String instanceId, Protection protection) {
        InstanceAttributeName attribute = switch (protection) {
            case TERMINATION -> InstanceAttributeName.DISABLE_API_TERMINATION;
            case STOP -> InstanceAttributeName.DISABLE_API_STOP;
        };
        DescribeInstanceAttributeResponse response = AwsConnection.call(
                "DescribeInstanceAttribute",
                () -> api.describeInstanceAttribute(
                        describe -> describe.instanceId(instanceId).attribute(attribute)));
        var value = switch (protection) {
            case TERMINATION -> response.disableApiTermination();
            case STOP -> response.disableApiStop();
        };
        return value != null && Boolean.TRUE.equals(value.value());
    }

    @Override
    public List<NetworkInterface> attachedInterfaces(String instanceId) {
        return interfaces(filter("attachment.instance-id", instanceId));
    }

    @Override
    public List<NetworkInterface> branchInterfaces(String trunkInterfaceId) {
        return interfaces(filter(TRUNK_TAG, trunkInterfaceId));
    }

    private static Filter filter(String name, String value) {
        return Filter.builder().name(name).values(value).build();
    }

    private List<NetworkInterface> interfaces(Filter filter) {
        return interfaces(DescribeNetworkInterfacesRequest.builder()
                .filters(filter)
                .maxResults(Pages.EC2_PAGE_SIZE)
                .build());
    }

    private List<NetworkInterface> interfaces(DescribeNetworkInterfacesRequest request) {
        return Pages.items(
                        "DescribeNetworkInterfaces",
                        api.describeNetworkInterfacesPaginator(request),
                        DescribeNetworkInterfacesResponse::networkInterfaces)
                .stream()
                .map(AwsEc2Api::networkInterface)
                .toList();
    }

    private static NetworkInterface networkInterface(
            software.amazon.awssdk.services.ec2.model.NetworkInterface networkInterface) {
        return new NetworkInterface(
                networkInterface.networkInterfaceId(),
                networkInterface.vpcId(),
                Objects.requireNonNullElse(networkInterface.interfaceTypeAsString(), "interface"),
                networkInterface.groups().stream()
                        .map(GroupIdentifier::groupId)
                        .sorted()
                        .toList(),
                Stream.concat(
                                networkInterface.privateIpAddresses().stream()
                                        .map(NetworkInterfacePrivateIpAddress::privateIpAddress),
                                networkInterface.ipv6Addresses().stream().map(NetworkInterfaceIpv6Address::ipv6Address))
                        .toList());
    }

    @Override
    public Optional<NetworkInterface> networkInterface(String interfaceId) {
        return absentIfNotFound(() ->
                interfaces(DescribeNetworkInterfacesRequest.builder()
                                .networkInterfaceIds(interfaceId)
                                .build())
                        .stream()
                        .findFirst());
    }

    @Override
    public Optional<SecurityGroup> securityGroup(String vpc, String name) {
        return Pages.items(
                        "DescribeSecurityGroups",
                        api.describeSecurityGroupsPaginator(
                                describe -> describe.filters(filter("vpc-id", vpc), filter("group-name", name))
                                        .maxResults(Pages.EC2_PAGE_SIZE)),
                        DescribeSecurityGroupsResponse::securityGroups)
                .stream()
                .map(group -> new SecurityGroup(group.groupId(), tags(group.tags())))
                .findFirst();
    }

    @Override
    public List<SecurityGroupRule> securityGroupRules(String groupId) {
        return Pages.items(
                        "DescribeSecurityGroupRules",
                        api.describeSecurityGroupRulesPaginator(describe ->
                                describe.filters(filter("group-id", groupId)).maxResults(Pages.EC2_PAGE_SIZE)),
                        DescribeSecurityGroupRulesResponse::securityGroupRules)
                .stream()
                .filter(rule -> groupId.equals(rule.groupId()))
                .map(rule -> new SecurityGroupRule(
                        rule.securityGroupRuleId(),
                        Boolean.TRUE.equals(rule.isEgress()),
                        Objects.requireNonNullElse(rule.ipProtocol(), "-1"),
                        peer(rule)))
                .toList();
    }

    private static String peer(software.amazon.awssdk.services.ec2.model.SecurityGroupRule rule) {
        return Stream.of(
                        rule.cidrIpv4(),
                        rule.cidrIpv6(),
                        rule.referencedGroupInfo() == null
                                ? null
                                : rule.referencedGroupInfo().groupId(),
                        rule.prefixListId())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("?");
    }

    @Override
    public List<Snapshot> snapshots(String tag, String value) {
        return Pages.items(
                        "DescribeSnapshots",
                        api.describeSnapshotsPaginator(describe -> describe.ownerIds("self")
                                .filters(filter("tag:" + tag, value))
                                .maxResults(Pages.EC2_PAGE_SIZE)),
                        DescribeSnapshotsResponse::snapshots)
                .stream()
                .map(snapshot -> new Snapshot(
                        snapshot.snapshotId(),
                        snapshot.volumeId(),
                        Objects.requireNonNullElse(snapshot.stateAsString(), "unknown")))
                .toList();
    }

    @Override
    public List<String> instancesWithProfile(String profileArn) {
        return Pages.items(
                        "DescribeInstances",
                        api.describeInstancesPaginator(
                                describe -> describe.filters(filter("iam-instance-profile.arn", profileArn))
                                        .maxResults(Pages.EC2_PAGE_SIZE)),
                        DescribeInstancesResponse::reservations)
                .stream()
                .flatMap(reservation -> reservation.instances().stream())
                .map(software.amazon.awssdk.services.ec2.model.Instance::instanceId)
                .toList();
    }

    @Override
    public String write(Write write) {
        try {
            return writes.execute(write, null);
        } catch (SdkException e) {
            String code = AwsFailures.errorCode(e);
            ActionException failure = failure(write, code, e);
            return switch (write) {
                case Write.RevokeAllowAll _ when code.equals("InvalidPermission.NotFound") -> "";
                case Write.AllowAll _ when code.equals("InvalidPermission.Duplicate") -> "";
                case Write.DeleteSecurityGroup _ when failure.kind() == ActionException.Kind.NOT_FOUND -> "";
                default -> throw failure;
            };
        }
    }

    @Override
    public List<Snapshot> createSnapshots(Write.CreateSnapshots create) {
        try {
            return writes.createSnapshots(create, null).stream()
                    .map(snapshot -> new Snapshot(
                            snapshot.snapshotId(),
                            snapshot.volumeId(),
                            Objects.requireNonNullElse(snapshot.stateAsString(), "unknown")))
                    .toList();
        } catch (SdkException e) {
            throw failure(create, AwsFailures.errorCode(e), e);
        }
    }

    private static ActionException failure(Write write, String code, SdkException cause) {
        ActionException failure = AwsFailures.failure(Ec2Writes.operation(write), cause);
        return passes(write, code) ? ActionException.retryable(failure.getMessage(), cause) : failure;
    }

    /** Returns whether the state that a failure reports passes, so that the caller can try again. */
    private static boolean passes(Write write, String code) {
        return switch (write) {
            // Another process created the group since the caller looked for it.
            case Write.CreateSecurityGroup _ -> code.equals("InvalidGroup.Duplicate");
            // An interface or a rule still uses the group.
            case Write.DeleteSecurityGroup _ -> code.equals("DependencyViolation");
            // The instance is starting or stopping.
            default -> code.equals("IncorrectInstanceState");
        };
    }

    @Override
    public String dryRun(Write write) {
        try {
            writes.execute(write, true);
            return "was executed: EC2 ignored the dry run flag";
        } catch (SdkException e) {
            return AwsFailures.errorCode(e).equals("DryRunOperation")
                    ? "would succeed"
                    : "would be denied: "
                            + AwsFailures.failure(Ec2Writes.operation(write), e).getMessage();
        }
    }
}
