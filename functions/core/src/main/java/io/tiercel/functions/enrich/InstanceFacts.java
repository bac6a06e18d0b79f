package io.tiercel.functions.enrich;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An EC2 instance, from DescribeInstances.
 *
 * @param id for example {@code i-0123456789abcdef0}
 * @param account the account's 12 digits; null if unknown
 * @param zone availability zone, for example {@code eu-west-1a}; null if unknown
 * @param type for example {@code m7g.large}
 * @param state for example {@code running}
 * @param spot whether it is a Spot instance
 * @param vpc null outside a VPC
 * @param subnet subnet of its primary interface; null if unknown
 * @param privateDnsName null if unknown
 * @param profile ARN of the instance profile; null if it has none
 * @param autoScalingGroup name of its Auto Scaling group; null if none
 * @param groups ids of the security groups of all its interfaces, sorted, without duplicates
 * @param interfaces its attached network interfaces; without the branch interfaces of pods
 * @param tags values by key
 */
public record InstanceFacts(
        String id,
        @Nullable String account,
        @Nullable String zone,
        String type,
        String state,
        boolean spot,
        @Nullable String vpc,
        @Nullable String subnet,
        @Nullable String privateDnsName,
        @Nullable String profile,
        @Nullable String autoScalingGroup,
        List<String> groups,
        List<Interface> interfaces,
        Map<String, String> tags) {
    /**
     * A network interface.
     *
     * @param id for example {@code eni-0123456789abcdef0}
     * @param subnet its subnet
     * @param addresses its private IPv4 and its IPv6 addresses
     * @param groups ids of its security groups
     */
    public record Interface(String id, String subnet, List<String> addresses, List<String> groups) {}
}
