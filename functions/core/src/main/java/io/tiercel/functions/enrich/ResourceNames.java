package io.tiercel.functions.enrich;

import java.util.regex.Pattern;

/** The syntax of names and ids in Kubernetes and EC2. Names in alerts are untrusted until they match. */
public final class ResourceNames {
    private static final Pattern DNS_SUBDOMAIN = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");
    private static final Pattern INSTANCE_ID = Pattern.compile("i-(?:[0-9a-f]{8}|[0-9a-f]{17})");
    private static final Pattern NETWORK_INTERFACE_ID = Pattern.compile("eni-[0-9a-f]{8,17}");

    private ResourceNames() {}

    /** Returns whether the text is a valid name of a Kubernetes object: a DNS subdomain. */
    public static boolean isKubernetesName(String text) {
        return DNS_SUBDOMAIN.matcher(text).matches();
    }

    /** Returns whether the text is the id of an EC2 instance. */
    public static boolean isInstanceId(String text) {
        return INSTANCE_ID.matcher(text).matches();
    }

    /** Returns whether the text is the id of an elastic network interface. */
    public static boolean isNetworkInterfaceId(String text) {
        return NETWORK_INTERFACE_ID.matcher(text).matches();
    }
}
