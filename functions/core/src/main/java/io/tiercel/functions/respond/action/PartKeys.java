package io.tiercel.functions.respond.action;

/**
 * The keys of the parts that actions change. Actions that change the same thing use the same key, so that the prior state is
 * stored once. All identities are assigned by AWS or the API server, so no workload can choose a key.
 */
public final class PartKeys {
    private static final String INTERFACE = "interface/";
    private static final String POD = "pod/";

    private PartKeys() {}

    /** Returns the part of {@code ec2:isolate} and {@code k8s:isolate-pod}: the security groups of a network interface. */
    public static String interfaceGroups(String interfaceId) {
        return INTERFACE + interfaceId;
    }

    /** Returns whether a part is the security groups of a network interface. */
    public static boolean isInterfaceGroups(String key) {
        return key.startsWith(INTERFACE);
    }

    /** Returns the id of the network interface whose security groups a part is. */
    public static String interfaceId(String key) {
        return key.substring(INTERFACE.length());
    }

    /** Returns the part of {@code k8s:isolate-pod} and {@code k8s:label}: the labels of a pod and the policy that isolates it. */
    public static String podLabels(String podUid) {
        return POD + podUid + "/labels";
    }

    /** Returns whether a part is the labels of a pod. */
    public static boolean isPodLabels(String key) {
        return key.startsWith(POD);
    }

    /** Returns the part of {@code k8s:cordon}: whether a node is schedulable. */
    public static String nodeScheduling(String nodeUid) {
        return "node/" + nodeUid + "/scheduling";
    }

    /** Returns the part of {@code k8s:scale}: the number of replicas of a workload. */
    public static String workloadReplicas(String workloadUid) {
        return "workload/" + workloadUid + "/replicas";
    }

    /** Returns the part of {@code ec2:preserve}: protections, volumes and memberships of an instance. */
    public static String instancePreservation(String instanceId) {
        return "instance/" + instanceId + "/preservation";
    }

    /** Returns the part of {@code ec2:stop}: whether an instance runs. */
    public static String instancePower(String instanceId) {
        return "instance/" + instanceId + "/power";
    }

    /** Returns the part of {@code ec2:imds-lockdown}: the options of the metadata service of an instance. */
    public static String instanceMetadata(String instanceId) {
        return "instance/" + instanceId + "/metadata";
    }

    /**
     * Returns the part of {@code iam:revoke-sessions}: one inline policy of a role.
     *
     * @param sessions a short hash of the sessions that the policy denies, without times
     */
    public static String roleSessions(String role, String sessions) {
        return "role/" + role + "/" + sessions;
    }
}
