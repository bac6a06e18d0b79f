package io.tiercel.functions.cloud;

import io.tiercel.functions.cloud.QueryProtocolClient.Parameters;
import io.tiercel.functions.respond.action.ActionException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An instance in a response of {@code DescribeInstances}.
 *
 * @param element the element of the instance
 * @param account the owner of the reservation; null if the response does not name it
 */
record DescribedInstance(XmlElement element, @Nullable String account) {
    /** The version of the EC2 API. */
    static final String API_VERSION = "2016-11-15";

    /** Finds an instance; empty if it does not exist. */
    static Optional<DescribedInstance> find(QueryProtocolClient ec2, String instanceId) {
        try {
            return ec2
                    .call("DescribeInstances", new Parameters().put("InstanceId.1", instanceId))
                    .elements("reservationSet/item")
                    .stream()
                    .flatMap(DescribedInstance::instances)
                    .filter(instance -> instance.id().equals(instanceId))
                    .findFirst();
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Stream<DescribedInstance> instances(XmlElement reservation) {
        String account = reservation.text("ownerId").orElse(null);
        return reservation.elements("instancesSet/item").stream().map(item -> new DescribedInstance(item, account));
    }

    String id() {
        return element.requiredText("instanceId");
    }

    String state() {
        return element.text("instanceState/name").orElse("unknown");
    }

    boolean spot() {
        return element.text("instanceLifecycle").filter("spot"::equals).isPresent();
    }

    @Nullable
    String profileArn() {
        return element.text("iamInstanceProfile/arn").orElse(null);
    }

    Map<String, String> tags() {
        return tags(element);
    }

    /** Returns the tags of the element of a resource, by key. */
    static Map<String, String> tags(XmlElement resource) {
        Map<String, String> tags = new TreeMap<>();
        resource.elements("tagSet/item")
                .forEach(tag ->
                        tags.put(tag.requiredText("key"), tag.text("value").orElse("")));
        return Map.copyOf(tags);
    }

    /** Returns the IPv4 and IPv6 addresses of the element of a network interface. */
    static List<String> addresses(XmlElement networkInterface) {
        return Stream.concat(
                        networkInterface.texts("privateIpAddressesSet/item/privateIpAddress").stream(),
                        networkInterface.texts("ipv6AddressesSet/item/ipv6Address").stream())
                .toList();
    }

    /** Returns the sorted ids of the security groups of the element of a network interface. */
    static List<String> securityGroups(XmlElement networkInterface) {
        return networkInterface.texts("groupSet/item/groupId").stream().sorted().toList();
    }
}
