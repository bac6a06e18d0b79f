package io.tiercel.functions.cloud;

import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.AttributeBooleanValue;
import software.amazon.awssdk.services.ec2.model.InstanceBlockDeviceMappingSpecification;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.Ipv6Range;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SnapshotInfo;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/**
 * The EC2 calls that change a target.
 *
 * @param api the client
 */
record Ec2Writes(Ec2Client api) {
    /** Returns the name of the operation of a call. */
    static String operation(Write write) {
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
            case Write.CreateSnapshots _ -> "CreateSnapshots";
            case Write.StopInstance _ -> "StopInstances";
            case Write.StartInstance _ -> "StartInstances";
            case Write.SetMetadataEndpoint _ -> "ModifyInstanceMetadataOptions";
        };
    }

    /**
     * Makes a call. Returns the ids of the objects that the call created, separated by spaces; empty if it created none.
     *
     * @param dryRun true to ask EC2 whether the call would succeed; null to make the call
     * @throws SdkException if the call fails
     */
    String execute(Write write, @Nullable Boolean dryRun) {
        return switch (write) {
            case Write.SetSecurityGroups(String networkInterface, List<String> groups) -> {
                api.modifyNetworkInterfaceAttribute(modify -> modify.networkInterfaceId(networkInterface)
                        .groups(groups)
                        .dryRun(dryRun));
                yield "";
            }
            case Write.CreateSecurityGroup create ->
                api.createSecurityGroup(group -> group.vpcId(create.vpc())
                                .groupName(create.name())
                                .description(create.description())
                                .tagSpecifications(tags(ResourceType.SECURITY_GROUP, create.tags()))
                                .dryRun(dryRun))
                        .groupId();
            case Write.DeleteSecurityGroup(String group) -> {
                api.deleteSecurityGroup(delete -> delete.groupId(group).dryRun(dryRun));
                yield "";
            }
            case Write.RevokeRules revoke -> {
                revoke(revoke, dryRun);
                yield "";
            }
            case Write.RevokeAllowAll revoke -> {
                revoke(revoke, dryRun);
                yield "";
            }
            case Write.AllowAll allow -> {
                allow(allow, dryRun);
                yield "";
            }
            case Write.SetProtection set -> {
                protect(set, dryRun);
                yield "";
            }
            case Write.SetDeleteOnTermination set -> {
                InstanceBlockDeviceMappingSpecification device = InstanceBlockDeviceMappingSpecification.builder()
                        .deviceName(set.device())
                        .ebs(ebs -> ebs.deleteOnTermination(set.delete()))
                        .build();
                api.modifyInstanceAttribute(modify -> modify.instanceId(set.instanceId())
                        .blockDeviceMappings(device)
                        .dryRun(dryRun));
                yield "";
            }
            case Write.CreateSnapshots create ->
                createSnapshots(create, dryRun).stream()
                        .map(SnapshotInfo::snapshotId)
                        .collect(Collectors.joining(" "));
            case Write.StopInstance(String instance) -> {
                api.stopInstances(stop -> stop.instanceIds(instance).dryRun(dryRun));
                yield "";
            }
            case Write.StartInstance(String instance) -> {
                api.startInstances(start -> start.instanceIds(instance).dryRun(dryRun));
                yield "";
            }
            case Write.SetMetadataEndpoint(String instance, String endpoint) -> {
                api.modifyInstanceMetadataOptions(modify ->
                        modify.instanceId(instance).httpEndpoint(endpoint).dryRun(dryRun));
                yield "";
            }
        };
    }

    /** @throws SdkException if the call fails */
    List<SnapshotInfo> createSnapshots(Write.CreateSnapshots create, @Nullable Boolean dryRun) {
        return api.createSnapshots(snapshots -> snapshots
                        .instanceSpecification(of -> of.instanceId(create.instanceId()))
                        .description(create.description())
                        .tagSpecifications(tags(ResourceType.SNAPSHOT, create.tags()))
                        .dryRun(dryRun))
                .snapshots();
    }

    private void revoke(Write.RevokeRules revoke, @Nullable Boolean dryRun) {
        if (revoke.egress()) {
            api.revokeSecurityGroupEgress(rules -> rules.groupId(revoke.groupId())
                    .securityGroupRuleIds(revoke.ruleIds())
                    .dryRun(dryRun));
        } else {
            api.revokeSecurityGroupIngress(rules -> rules.groupId(revoke.groupId())
                    .securityGroupRuleIds(revoke.ruleIds())
                    .dryRun(dryRun));
        }
    }

    private void revoke(Write.RevokeAllowAll revoke, @Nullable Boolean dryRun) {
        IpPermission all = allTraffic(revoke.cidr());
        if (revoke.egress()) {
            api.revokeSecurityGroupEgress(
                    rules -> rules.groupId(revoke.groupId()).ipPermissions(all).dryRun(dryRun));
        } else {
            api.revokeSecurityGroupIngress(
                    rules -> rules.groupId(revoke.groupId()).ipPermissions(all).dryRun(dryRun));
        }
    }

    private void allow(Write.AllowAll allow, @Nullable Boolean dryRun) {
        IpPermission all = allTraffic(allow.cidr());
        if (allow.egress()) {
            api.authorizeSecurityGroupEgress(
                    rules -> rules.groupId(allow.groupId()).ipPermissions(all).dryRun(dryRun));
        } else {
            api.authorizeSecurityGroupIngress(
                    rules -> rules.groupId(allow.groupId()).ipPermissions(all).dryRun(dryRun));
        }
    }

    private static IpPermission allTraffic(String cidr) {
        IpPermission.Builder all = IpPermission.builder().ipProtocol("-1");
        return (cidr.contains(":")
                        ? all.ipv6Ranges(Ipv6Range.builder().cidrIpv6(cidr).build())
                        : all.ipRanges(IpRange.builder().cidrIp(cidr).build()))
                .build();
    }

    private void protect(Write.SetProtection set, @Nullable Boolean dryRun) {
        AttributeBooleanValue value =
                AttributeBooleanValue.builder().value(set.on()).build();
        api.modifyInstanceAttribute(modify -> {
            modify.instanceId(set.instanceId()).dryRun(dryRun);
            switch (set.protection()) {
                case TERMINATION -> modify.disableApiTermination(value);
                case STOP -> modify.disableApiStop(value);
            }
        });
    }

    private static List<TagSpecification> tags(ResourceType type, Map<String, String> tags) {
        return tags.isEmpty()
                ? List.of()
                : List.of(TagSpecification.builder()
                        .resourceType(type)
                        .tags(tags.entrySet().stream()
                                .map(tag -> Tag.builder()
                                        .key(tag.getKey())
                                        .value(tag.getValue())
                                        .build())
                                .toList())
                        .build());
    }
}
