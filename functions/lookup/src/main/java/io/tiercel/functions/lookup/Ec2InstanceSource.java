package io.tiercel.functions.lookup;

import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.InstanceFacts.Interface;
import io.tiercel.functions.enrich.InstanceSource;
import io.tiercel.functions.respond.action.ActionException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks up instances in EC2. One call returns the interfaces, security groups, tags and instance profile too. */
public final class Ec2InstanceSource implements InstanceSource {
    /** The tag that EC2 Auto Scaling sets on the instances of a group. */
    private static final String AUTO_SCALING_GROUP_TAG = "aws:autoscaling:groupName";

    private static final int MAX_INTERFACES = 64;

    private final DescribeInstances describe;

    public Ec2InstanceSource(AwsConnection connection) {
        this.describe = new DescribeInstances(connection);
    }

    @Override
    public @Nullable InstanceFacts instance(String instanceId) {
        try {
            return describe.call(instanceId).elements("reservationSet/item").stream()
                    .flatMap(reservation -> instances(reservation, instanceId))
                    .findFirst()
                    .orElse(null);
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    private static Stream<InstanceFacts> instances(XmlElement reservation, String instanceId) {
        String account = reservation.text("ownerId").orElse(null);
        return reservation.elements("instancesSet/item").stream()
                .filter(item -> item.requiredText("instanceId").equals(instanceId))
                .map(item -> facts(item, account));
    }

    private static InstanceFacts facts(XmlElement instance, @Nullable String account) {
        Map<String, String> tags = tags(instance);
        List<Interface> interfaces = instance.elements("networkInterfaceSet/item").stream()
                .limit(MAX_INTERFACES)
                .map(Ec2InstanceSource::networkInterface)
                .toList();
        return new InstanceFacts(
                instance.requiredText("instanceId"),
                account,
                instance.text("placement/availabilityZone").orElse(null),
                instance.text("instanceType").orElse(""),
                instance.text("instanceState/name").orElse("unknown"),
                instance.text("instanceLifecycle").filter("spot"::equals).isPresent(),
                instance.text("vpcId").orElse(null),
                instance.text("subnetId").orElse(null),
                instance.text("privateDnsName").orElse(null),
                instance.text("iamInstanceProfile/arn").orElse(null),
                tags.get(AUTO_SCALING_GROUP_TAG),
                Stream.concat(
                                instance.texts("groupSet/item/groupId").stream(),
                                interfaces.stream().flatMap(networkInterface -> networkInterface.groups().stream()))
                        .distinct()
                        .sorted()
                        .toList(),
                interfaces,
                tags);
    }

    private static Map<String, String> tags(XmlElement instance) {
        Map<String, String> tags = new TreeMap<>();
        instance.elements("tagSet/item")
                .forEach(tag ->
                        tags.put(tag.requiredText("key"), tag.text("value").orElse("")));
        return Map.copyOf(tags);
    }

    private static Interface networkInterface(XmlElement element) {
        return new Interface(
                element.requiredText("networkInterfaceId"),
                element.text("subnetId").orElse(""),
                Stream.concat(
                                element.texts("privateIpAddressesSet/item/privateIpAddress").stream(),
                                element.texts("ipv6AddressesSet/item/ipv6Address").stream())
                        .toList(),
                element.texts("groupSet/item/groupId").stream().sorted().toList());
    }
}
