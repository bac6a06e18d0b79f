package io.tiercel.functions.cloud;

import io.tiercel.functions.cloud.QueryProtocolClient.Parameters;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.Ec2Api;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Amazon EC2, API version 2016-11-15. */
public final class Ec2Client implements Ec2Api {
    private final QueryProtocolClient api;
    private final SignedHttpClient http;

    public Ec2Client(SignedHttpClient http) {
        this.http = http;
        this.api = new QueryProtocolClient(http, "ec2", DescribedInstance.API_VERSION, false);
    }

    @Override
    public Optional<Instance> instance(String instanceId) {
        return DescribedInstance.find(api, instanceId)
                .filter(instance -> !instance.state().equals("terminated"))
                .map(this::instance);
    }

    private Instance instance(DescribedInstance instance) {
        XmlElement element = instance.element();
        String account = Objects.requireNonNullElse(instance.account(), "");
        return new Instance(
                instance.id(),
                "arn:" + http.partition() + ":ec2:" + http.region() + ":" + account + ":instance/" + instance.id(),
                instance.state(),
                instance.spot(),
                instance.profileArn(),
                instance.tags(),
                element.elements("blockDeviceMapping/item").stream()
                        .filter(device -> device.text("ebs/volumeId").isPresent())
                        .map(device -> new Volume(
                                device.requiredText("ebs/volumeId"),
                                device.requiredText("deviceName"),
                                device.bool("ebs/deleteOnTermination")))
                        .toList(),
                new MetadataOptions(
                        element.text("metadataOptions/httpEndpoint").orElse("enabled"),
                        element.text("metadataOptions/httpTokens").orElse("optional"),
                        element.text("metadataOptions/httpPutResponseHopLimit")
                                .map(Integer::valueOf)
                                .orElse(1)));
    }

    @Override
    public boolean isProtectedFrom(String instanceId, Protection protection) {
        String attribute = lowerFirst(protection.attribute());
        return api.call(
                        "DescribeInstanceAttribute",
                        new Parameters().put("InstanceId", instanceId).put("Attribute", attribute))
                .bool(attribute + "/value");
    }

    private static String lowerFirst(String text) {
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    @Override
    public List<NetworkInterface> attachedInterfaces(String instanceId) {
        return interfaces(new Parameters().addFilter("attachment.instance-id", instanceId));
    }

    @Override
    public List<NetworkInterface> branchInterfaces(String trunkInterfaceId) {
        return interfaces(new Parameters().addFilter("tag:vpcresources.k8s.aws/trunk-eni-id", trunkInterfaceId));
    }

    @Override
    public Optional<NetworkInterface> networkInterface(String interfaceId) {
        try {
            return interfaces(new Parameters().put("NetworkInterfaceId.1", interfaceId)).stream()
                    .findFirst();
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private List<NetworkInterface> interfaces(Parameters parameters) {
        return api.call("DescribeNetworkInterfaces", parameters).elements("networkInterfaceSet/item").stream()
                .map(item -> new NetworkInterface(
                        item.requiredText("networkInterfaceId"),
                        item.requiredText("vpcId"),
                        item.text("interfaceType").orElse("interface"),
                        DescribedInstance.securityGroups(item),
                        DescribedInstance.addresses(item)))
                .toList();
    }

    @Override
    public Optional<SecurityGroup> securityGroup(String vpc, String name) {
        return api
                .call(
                        "DescribeSecurityGroups",
                        new Parameters().addFilter("vpc-id", vpc).addFilter("group-name", name))
                .elements("securityGroupInfo/item")
                .stream()
                .map(item -> new SecurityGroup(item.requiredText("groupId"), DescribedInstance.tags(item)))
                .findFirst();
    }

    @Override
    public List<SecurityGroupRule> securityGroupRules(String groupId) {
        return api
                .call("DescribeSecurityGroupRules", new Parameters().addFilter("group-id", groupId))
                .elements("securityGroupRuleSet/item")
                .stream()
                .filter(item -> item.text("groupId").filter(groupId::equals).isPresent())
                .map(item -> new SecurityGroupRule(
                        item.requiredText("securityGroupRuleId"),
                        item.bool("isEgress"),
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
                        new Parameters().put("Owner.1", "self").addFilter("tag:" + tag, value))
                .elements("snapshotSet/item")
                .stream()
                .map(item -> new Snapshot(
                        item.requiredText("snapshotId"),
                        item.requiredText("volumeId"),
                        item.text("status").orElse("unknown")))
                .toList();
    }

    @Override
    public List<String> instancesWithProfile(String profileArn) {
        return api.call("DescribeInstances", new Parameters().addFilter("iam-instance-profile.arn", profileArn))
                .texts("reservationSet/item/instancesSet/item/instanceId");
    }

    @Override
    public String write(Write write) {
        try {
            XmlElement response = api.call(action(write), parameters(write));
            return response.text("groupId")
                    .or(() -> response.text("snapshotId"))
                    .orElse("");
        } catch (ActionException e) {
            if (write instanceof Write.RevokeAllowAll
                    && QueryProtocolClient.errorCode(e).equals("InvalidPermission.NotFound")) {
                return "";
            }
            if (write instanceof Write.AllowAll
                    && QueryProtocolClient.errorCode(e).equals("InvalidPermission.Duplicate")) {
                return "";
            }
            if (write instanceof Write.DeleteSecurityGroup) {
                if (e.kind() == ActionException.Kind.NOT_FOUND) {
                    return "";
                }
                if (QueryProtocolClient.errorCode(e).equals("DependencyViolation")) {
                    throw ActionException.retryable(e.getMessage(), e);
                }
            }
            throw e;
        }
    }

    @Override
    public String dryRun(Write write) {
        try {
            api.call(action(write), parameters(write).put("DryRun", "true"));
            return "was executed: EC2 ignored the dry run flag";
        } catch (ActionException e) {
            return QueryProtocolClient.errorCode(e).equals("DryRunOperation")
                    ? "would succeed"
                    : "would be denied: " + e.getMessage();
        }
    }

    private static String action(Write write) {
        return switch (write) {
            case Write.SetSecurityGroups _ -> "ModifyNetworkInterfaceAttribute";
            case Write.CreateSecurityGroup _ -> "CreateSecurityGroup";
            case Write.DeleteSecurityGroup _ -> "DeleteSecurityGroup";
            case Write.RevokeRules revoke ->
                revoke.egress() ? "RevokeSecurityGroupEgress" : "RevokeSecurityGroupIngress";
            case Write.RevokeAllowAll revoke ->
                revoke.egress() ? "RevokeSecurityGroupEgress" : "RevokeSecurityGroupIngress";
            case Write.AllowAll allow ->
                allow.egress() ? "AuthorizeSecurityGroupEgress" : "AuthorizeSecurityGroupIngress";
            case Write.SetProtection _, Write.SetDeleteOnTermination _ -> "ModifyInstanceAttribute";
            case Write.CreateSnapshot _ -> "CreateSnapshot";
            case Write.StopInstance _ -> "StopInstances";
            case Write.StartInstance _ -> "StartInstances";
            case Write.SetMetadataOptions _ -> "ModifyInstanceMetadataOptions";
        };
    }

    private static Parameters parameters(Write write) {
        Parameters parameters = new Parameters();
        return switch (write) {
            case Write.SetSecurityGroups set ->
                parameters.put("NetworkInterfaceId", set.interfaceId()).putList("SecurityGroupId", set.groups());
            case Write.CreateSecurityGroup create ->
                withTags(parameters, "security-group", create.tags())
                        .put("VpcId", create.vpc())
                        .put("GroupName", create.name())
                        .put("GroupDescription", create.description());
            case Write.DeleteSecurityGroup delete -> parameters.put("GroupId", delete.groupId());
            case Write.RevokeRules revoke ->
                parameters.put("GroupId", revoke.groupId()).putList("SecurityGroupRuleId", revoke.ruleIds());
            case Write.RevokeAllowAll revoke -> allTraffic(parameters, revoke.groupId(), revoke.cidr());
            case Write.AllowAll allow -> allTraffic(parameters, allow.groupId(), allow.cidr());
            case Write.SetProtection set ->
                parameters
                        .put("InstanceId", set.instanceId())
                        .put(set.protection().attribute() + ".Value", Boolean.toString(set.on()));
            case Write.SetDeleteOnTermination set ->
                parameters
                        .put("InstanceId", set.instanceId())
                        .put("BlockDeviceMapping.1.DeviceName", set.device())
                        .put("BlockDeviceMapping.1.Ebs.DeleteOnTermination", Boolean.toString(set.delete()));
            case Write.CreateSnapshot create ->
                withTags(parameters, "snapshot", create.tags())
                        .put("VolumeId", create.volume())
                        .put("Description", create.description());
            case Write.StopInstance stop -> parameters.put("InstanceId.1", stop.instanceId());
            case Write.StartInstance start -> parameters.put("InstanceId.1", start.instanceId());
            case Write.SetMetadataOptions set ->
                parameters
                        .put("InstanceId", set.instanceId())
                        .put("HttpEndpoint", set.options().endpoint())
                        .put("HttpTokens", set.options().tokens())
                        .put(
                                "HttpPutResponseHopLimit",
                                Integer.toString(set.options().hopLimit()));
        };
    }

    private static Parameters allTraffic(Parameters parameters, String group, String cidr) {
        return parameters
                .put("GroupId", group)
                .put("IpPermissions.1.IpProtocol", "-1")
                .put(
                        cidr.contains(":")
                                ? "IpPermissions.1.Ipv6Ranges.1.CidrIpv6"
                                : "IpPermissions.1.IpRanges.1.CidrIp",
                        cidr);
    }

    private static Parameters withTags(Parameters parameters, String type, Map<String, String> tags) {
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
