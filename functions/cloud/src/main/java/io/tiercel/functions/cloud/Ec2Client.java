package io.tiercel.functions.cloud;

import io.tiercel.functions.cloud.QueryProtocolClient.Parameters;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.Ec2Api;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** EC2, API version 2016-11-15. */
public final class Ec2Client implements Ec2Api {
    private static final String VERSION = "2016-11-15";

    private final QueryProtocolClient api;
    private final SignedHttpClient http;

    public Ec2Client(SignedHttpClient http) {
        this.http = http;
        this.api = new QueryProtocolClient(http, "ec2", VERSION, false);
    }

    @Override
    public Optional<Instance> instance(String instanceId) {
        try {
            return api
                    .call("DescribeInstances", new Parameters().put("InstanceId.1", instanceId))
                    .all("reservationSet/item")
                    .stream()
                    .flatMap(reservation -> reservation.all("instancesSet/item").stream()
                            .map(item ->
                                    instance(item, reservation.text("ownerId").orElse(""))))
                    .filter(instance -> !instance.state().equals("terminated"))
                    .findFirst();
        } catch (ActionException e) {
            return absent(e);
        }
    }

    private static <T> Optional<T> absent(ActionException failure) {
        if (failure.kind() == ActionException.Kind.ABSENT) {
            return Optional.empty();
        }
        throw failure;
    }

    private Instance instance(XmlElement item, String owner) {
        String id = item.needed("instanceId");
        Map<String, String> tags = new HashMap<>();
        item.all("tagSet/item")
                .forEach(tag -> tags.put(tag.needed("key"), tag.text("value").orElse("")));
        return new Instance(
                id,
                "arn:" + http.partition() + ":ec2:" + http.region() + ":" + owner + ":instance/" + id,
                item.text("instanceState/name").orElse("unknown"),
                item.text("instanceLifecycle").filter("spot"::equals).isPresent(),
                item.text("iamInstanceProfile/arn").orElse(null),
                Map.copyOf(tags),
                item.all("blockDeviceMapping/item").stream()
                        .filter(device -> device.text("ebs/volumeId").isPresent())
                        .map(device -> new Volume(
                                device.needed("ebs/volumeId"),
                                device.needed("deviceName"),
                                device.flag("ebs/deleteOnTermination")))
                        .toList(),
                new Metadata(
                        item.text("metadataOptions/httpEndpoint").orElse("enabled"),
                        item.text("metadataOptions/httpTokens").orElse("optional"),
                        item.text("metadataOptions/httpPutResponseHopLimit")
                                .map(Integer::valueOf)
                                .orElse(1)));
    }

    @Override
    public boolean protectedFrom(String instanceId, Protection protection) {
        String attribute = lowerFirst(protection.attribute());
        return api.call(
                        "DescribeInstanceAttribute",
                        new Parameters().put("InstanceId", instanceId).put("Attribute", attribute))
                .flag(attribute + "/value");
    }

    private static String lowerFirst(String text) {
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    @Override
    public List<Interface> attachedTo(String instanceId) {
        return interfaces(new Parameters().filter("attachment.instance-id", instanceId));
    }

    @Override
    public List<Interface> branchesOf(String trunkInterfaceId) {
        return interfaces(new Parameters().filter("tag:vpcresources.k8s.aws/trunk-eni-id", trunkInterfaceId));
    }

    @Override
    public Optional<Interface> networkInterface(String interfaceId) {
        try {
            return interfaces(new Parameters().put("NetworkInterfaceId.1", interfaceId)).stream()
                    .findFirst();
        } catch (ActionException e) {
            return absent(e);
        }
    }

    private List<Interface> interfaces(Parameters parameters) {
        return api.call("DescribeNetworkInterfaces", parameters).all("networkInterfaceSet/item").stream()
                .map(item -> new Interface(
                        item.needed("networkInterfaceId"),
                        item.needed("vpcId"),
                        item.text("interfaceType").orElse("interface"),
                        item.texts("groupSet/item/groupId").stream().sorted().toList(),
                        Stream.concat(
                                        item.texts("privateIpAddressesSet/item/privateIpAddress").stream(),
                                        item.texts("ipv6AddressesSet/item/ipv6Address").stream())
                                .toList()))
                .toList();
    }

    @Override
    public Optional<String> group(String vpc, String name) {
        return api
                .call(
                        "DescribeSecurityGroups",
                        new Parameters().filter("vpc-id", vpc).filter("group-name", name))
                .texts("securityGroupInfo/item/groupId")
                .stream()
                .findFirst();
    }

    @Override
    public List<Rule> rules(String groupId) {
        return api
                .call("DescribeSecurityGroupRules", new Parameters().filter("group-id", groupId))
                .all("securityGroupRuleSet/item")
                .stream()
                .filter(item -> item.text("groupId").filter(groupId::equals).isPresent())
                .map(item -> new Rule(
                        item.needed("securityGroupRuleId"),
                        item.flag("isEgress"),
                        item.text("ipProtocol").orElse("-1"),
                        item.text("cidrIpv4")
                                .or(() -> item.text("cidrIpv6"))
                                .or(() -> item.text("referencedGroupInfo/groupId"))
                                .or(() -> item.text("prefixListId"))
                                .orElse("?")))
                .toList();
    }

    @Override
    public List<Snapshot> snapshots(String tag, String value) {
        return api
                .call(
                        "DescribeSnapshots",
                        new Parameters().put("Owner.1", "self").filter("tag:" + tag, value))
                .all("snapshotSet/item")
                .stream()
                .map(item -> new Snapshot(
                        item.needed("snapshotId"),
                        item.needed("volumeId"),
                        item.text("status").orElse("unknown")))
                .toList();
    }

    @Override
    public List<String> instancesWith(String profileArn) {
        return api.call("DescribeInstances", new Parameters().filter("iam-instance-profile.arn", profileArn))
                .texts("reservationSet/item/instancesSet/item/instanceId");
    }

    @Override
    public String write(Write write) {
        try {
            XmlElement answer = api.call(action(write), parameters(write));
            return answer.text("groupId").or(() -> answer.text("snapshotId")).orElse("");
        } catch (ActionException e) {
            if (write instanceof Write.AllowAll && QueryProtocolClient.code(e).equals("InvalidPermission.Duplicate")) {
                return "";
            }
            throw e;
        }
    }

    @Override
    public String dryRun(Write write) {
        try {
            api.call(action(write), parameters(write).put("DryRun", "true"));
            return "was not understood as a dry run";
        } catch (ActionException e) {
            return QueryProtocolClient.code(e).equals("DryRunOperation")
                    ? "would succeed"
                    : "would be refused: " + e.getMessage();
        }
    }

    private static String action(Write write) {
        return switch (write) {
            case Write.SetGroups _ -> "ModifyNetworkInterfaceAttribute";
            case Write.CreateGroup _ -> "CreateSecurityGroup";
            case Write.RevokeRules revoke ->
                revoke.egress() ? "RevokeSecurityGroupEgress" : "RevokeSecurityGroupIngress";
            case Write.AllowAll allow ->
                allow.egress() ? "AuthorizeSecurityGroupEgress" : "AuthorizeSecurityGroupIngress";
            case Write.SetProtection _, Write.SetDeletedOnTermination _ -> "ModifyInstanceAttribute";
            case Write.CreateSnapshot _ -> "CreateSnapshot";
            case Write.StopInstance _ -> "StopInstances";
            case Write.StartInstance _ -> "StartInstances";
            case Write.SetMetadata _ -> "ModifyInstanceMetadataOptions";
        };
    }

    private static Parameters parameters(Write write) {
        Parameters parameters = new Parameters();
        return switch (write) {
            case Write.SetGroups set ->
                parameters.put("NetworkInterfaceId", set.interfaceId()).list("SecurityGroupId", set.groups());
            case Write.CreateGroup create ->
                tagged(parameters, "security-group", create.tags())
                        .put("VpcId", create.vpc())
                        .put("GroupName", create.name())
                        .put("GroupDescription", create.description());
            case Write.RevokeRules revoke ->
                parameters.put("GroupId", revoke.groupId()).list("SecurityGroupRuleId", revoke.ruleIds());
            case Write.AllowAll allow ->
                parameters
                        .put("GroupId", allow.groupId())
                        .put("IpPermissions.1.IpProtocol", "-1")
                        .put(
                                allow.cidr().contains(":")
                                        ? "IpPermissions.1.Ipv6Ranges.1.CidrIpv6"
                                        : "IpPermissions.1.IpRanges.1.CidrIp",
                                allow.cidr());
            case Write.SetProtection set ->
                parameters
                        .put("InstanceId", set.instanceId())
                        .put(set.protection().attribute() + ".Value", Boolean.toString(set.on()));
            case Write.SetDeletedOnTermination set ->
                parameters
                        .put("InstanceId", set.instanceId())
                        .put("BlockDeviceMapping.1.DeviceName", set.device())
                        .put("BlockDeviceMapping.1.Ebs.DeleteOnTermination", Boolean.toString(set.deleted()));
            case Write.CreateSnapshot create ->
                tagged(parameters, "snapshot", create.tags())
                        .put("VolumeId", create.volume())
                        .put("Description", create.description());
            case Write.StopInstance stop -> parameters.put("InstanceId.1", stop.instanceId());
            case Write.StartInstance start -> parameters.put("InstanceId.1", start.instanceId());
            case Write.SetMetadata set ->
                parameters
                        .put("InstanceId", set.instanceId())
                        .put("HttpEndpoint", set.metadata().endpoint())
                        .put("HttpTokens", set.metadata().tokens())
                        .put(
                                "HttpPutResponseHopLimit",
                                Integer.toString(set.metadata().hopLimit()));
        };
    }

    private static Parameters tagged(Parameters parameters, String type, Map<String, String> tags) {
        if (!tags.isEmpty()) {
            parameters.put("TagSpecification.1.ResourceType", type);
        }
        int number = 1;
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            parameters
                    .put("TagSpecification.1.Tag." + number + ".Key", tag.getKey())
                    .put("TagSpecification.1.Tag." + number + ".Value", tag.getValue());
            number++;
        }
        return parameters;
    }
}
