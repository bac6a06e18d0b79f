package io.tiercel.functions.enrich;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An EC2 instance as EC2 describes it.
 *
 * @param id e.g. {@code i-0123456789abcdef0}
 * @param verified whether the alert itself names the instance and nothing that EC2 or the cluster says contradicts it
 * @param unverifiedReason what speaks against it; null if nothing does
 * @param account the account's 12 digits; null where unknown
 * @param zone availability zone, e.g. {@code eu-west-1a}; null where unknown
 * @param type e.g. {@code m7g.large}
 * @param state e.g. {@code running}
 * @param spot whether it is a Spot instance
 * @param vpc null outside a VPC
 * @param subnet of its primary interface; null where unknown
 * @param privateDnsName null where unknown
 * @param profile ARN of the instance profile; null if it has none
 * @param autoScalingGroup name of the group that it belongs to; null if none
 * @param groups ids of all its interfaces' security groups, sorted, without repetition
 * @param interfaces its attached network interfaces; branch interfaces of pods are not among them
 * @param tags by key
 */
public record InstanceFacts(
        String id,
        boolean verified,
        @Nullable String unverifiedReason,
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
     * @param id e.g. {@code eni-0123456789abcdef0}
     * @param subnet its subnet
     * @param addresses its private IPv4 and its IPv6 addresses
     * @param groups ids of its security groups
     */
    public record Interface(String id, String subnet, List<String> addresses, List<String> groups) {}

    InstanceFacts withVerification(boolean nowVerified, @Nullable String nowReason) {
        return new InstanceFacts(
                id,
                nowVerified,
                nowReason,
                account,
                zone,
                type,
                state,
                spot,
                vpc,
                subnet,
                privateDnsName,
                profile,
                autoScalingGroup,
                groups,
                interfaces,
                tags);
    }
}
