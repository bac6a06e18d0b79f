package io.tiercel.sensor.container;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The metadata of a container from its runtime. Unknown texts are empty.
 *
 * @param id the full id
 * @param name the container's name in the pod; for a sandbox, the pod's name
 * @param type the name of the runtime, such as {@code containerd} or {@code cri-o}
 * @param image the image
 * @param privileged true if the container is privileged
 * @param hostPid true if the container uses the host's pid namespace
 * @param hostNetwork true if the container uses the host's network namespace
 * @param hostIpc true if the container uses the host's IPC namespace
 * @param ip the pod's IP address
 * @param cniJson the CNI result of the pod as JSON
 * @param sandboxId the full id of the pod's sandbox; for a sandbox, its own id
 * @param sandbox true for a sandbox, the container that holds the pod's namespaces
 * @param labels the container's labels
 * @param annotations the container's annotations
 * @param podLabels the pod's labels
 * @param mounts the mounts
 * @param environment the environment of the first process as {@code NAME=value}
 * @param createdNanos the creation time in nanoseconds since the epoch; 0 if unknown
 * @param pid the first process in the runtime's pid namespace; 0 if it does not exist yet
 */
public record ContainerInfo(
        String id,
        String name,
        String type,
        ContainerImage image,
        boolean privileged,
        boolean hostPid,
        boolean hostNetwork,
        boolean hostIpc,
        String ip,
        String cniJson,
        String sandboxId,
        boolean sandbox,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations,
        SortedMap<String, String> podLabels,
        List<ContainerMount> mounts,
        List<String> environment,
        long createdNanos,
        int pid) {
    /** Label with the name of the container's pod. */
    public static final String POD_NAME = "io.kubernetes.pod.name";

    /** Label with the namespace of the container's pod. */
    public static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";

    /** Label with the uid of the container's pod. */
    public static final String POD_UID = "io.kubernetes.pod.uid";

    public ContainerInfo {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
        podLabels = Collections.unmodifiableSortedMap(new TreeMap<>(podLabels));
        mounts = List.copyOf(mounts);
        environment = List.copyOf(environment);
    }
}
