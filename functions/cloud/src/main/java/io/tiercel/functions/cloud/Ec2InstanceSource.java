package io.tiercel.functions.cloud;

import io.tiercel.functions.cloud.QueryProtocolClient.Parameters;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.InstanceFacts.Interface;
import io.tiercel.functions.enrich.InstanceSource;
import io.tiercel.functions.respond.action.ActionException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Instances as {@code DescribeInstances} describes them: one call tells of the interfaces, groups, tags and profile as well. */
public final class Ec2InstanceSource implements InstanceSource {
    private static final String VERSION = "2016-11-15";

    /** The tag that EC2 Auto Scaling gives to the instances of a group. */
    private static final String GROUP_TAG = "aws:autoscaling:groupName";

    private static final int MAX_INTERFACES = 64;

    private final QueryProtocolClient api;

    public Ec2InstanceSource(SignedHttpClient http) {
        this.api = new QueryProtocolClient(http, "ec2", VERSION, false);
    }

    @Override
    public @Nullable InstanceFacts instance(String instanceId) {
        try {
            return api
                    .call("DescribeInstances", new Parameters().put("InstanceId.1", instanceId))
                    .all("reservationSet/item")
                    .stream()
                    .flatMap(reservation -> reservation.all("instancesSet/item").stream()
                            .map(item -> facts(item, reservation.text("ownerId").orElse(null))))
                    .filter(instance -> instance.id().equals(instanceId))
                    .findFirst()
                    .orElse(null);
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.ABSENT) {
                return null;
            }
            throw e;
        }
    }

    private static InstanceFacts facts(XmlElement item, @Nullable String account) {
        Map<String, String> tags = new TreeMap<>();
        item.all("tagSet/item")
                .forEach(tag -> tags.put(tag.needed("key"), tag.text("value").orElse("")));
        List<Interface> interfaces = item.all("networkInterfaceSet/item").stream()
                .limit(MAX_INTERFACES)
                .map(Ec2InstanceSource::networkInterface)
                .toList();
        return new InstanceFacts(
                item.needed("instanceId"),
                false,
                null,
                account,
                item.text("placement/availabilityZone").orElse(null),
                item.text("instanceType").orElse(""),
                item.text("instanceState/name").orElse("unknown"),
                item.text("instanceLifecycle").filter("spot"::equals).isPresent(),
                item.text("vpcId").orElse(null),
                item.text("subnetId").orElse(null),
                item.text("privateDnsName").orElse(null),
                item.text("iamInstanceProfile/arn").orElse(null),
                tags.get(GROUP_TAG),
                Stream.concat(
                                item.texts("groupSet/item/groupId").stream(),
                                interfaces.stream().flatMap(one -> one.groups().stream()))
                        .distinct()
                        .sorted()
                        .toList(),
                interfaces,
                Map.copyOf(tags));
    }

    private static Interface networkInterface(XmlElement item) {
        return new Interface(
                item.needed("networkInterfaceId"),
                item.text("subnetId").orElse(""),
                Stream.concat(
                                item.texts("privateIpAddressesSet/item/privateIpAddress").stream(),
                                item.texts("ipv6AddressesSet/item/ipv6Address").stream())
                        .toList(),
                item.texts("groupSet/item/groupId").stream().sorted().toList());
    }
}
