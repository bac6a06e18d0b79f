package io.tiercel.sensor.container;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a runtime tells about a container; texts that it does not tell are empty.
 *
 * @param id the container's whole id
 * @param name its name in the pod; of a sandbox the pod's
 * @param type name of the runtime, e.g. {@code containerd}, {@code cri-o}
 * @param image what it was made from
 * @param privileged whether it runs privileged
 * @param hostPid whether it shares the host's pid namespace
 * @param hostNetwork whether it shares the host's network namespace
 * @param hostIpc whether it shares the host's IPC namespace
 * @param ip address of its pod
 * @param cniJson what the network plugins answered for the pod, as JSON
 * @param sandboxId whole id of its pod's sandbox; of a sandbox its own
 * @param sandbox whether it is a sandbox: the container that holds a pod's namespaces
 * @param labels its labels
 * @param annotations its annotations
 * @param podLabels the labels of its pod
 * @param mounts its mounts
 * @param environment {@code NAME=value} of its first process
 * @param createdNanos when it was created, nanoseconds since the epoch; 0 if unknown
 * @param pid its first process, in the pid namespace of the runtime; 0 if there is none (yet)
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
    public ContainerInfo {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
        podLabels = Collections.unmodifiableSortedMap(new TreeMap<>(podLabels));
        mounts = List.copyOf(mounts);
        environment = List.copyOf(environment);
    }
}
