package io.tiercel.sensor.container.cri;

import io.tiercel.sensor.container.ContainerImage;
import io.tiercel.sensor.container.ContainerInfo;
import io.tiercel.sensor.container.ContainerMount;
import io.tiercel.sensor.container.JsonTree;
import io.tiercel.sensor.container.cri.v1.Container;
import io.tiercel.sensor.container.cri.v1.ContainerStatus;
import io.tiercel.sensor.container.cri.v1.ContainerStatusResponse;
import io.tiercel.sensor.container.cri.v1.Image;
import io.tiercel.sensor.container.cri.v1.Mount;
import io.tiercel.sensor.container.cri.v1.NamespaceMode;
import io.tiercel.sensor.container.cri.v1.NamespaceOption;
import io.tiercel.sensor.container.cri.v1.PodSandboxMetadata;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatus;
import io.tiercel.sensor.container.cri.v1.PodSandboxStatusResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Converts CRI responses to {@link ContainerInfo}.
 *
 * <p>The verbose info contains data that the CRI does not define. It is a JSON document with a structure that depends on
 * the runtime. For example, containerd repeats the request under {@code config}. CRI-O has {@code privileged} at the top level. Both include the OCI
 * runtime specification.
 */
final class CriConverter {
    private static final String INFO = "info";

    private CriConverter() {}

    static ContainerInfo container(
            String runtime,
            Container container,
            ContainerStatusResponse response,
            @Nullable PodSandboxStatusResponse sandbox,
            Image image) {
        ContainerStatus status = response.getStatus();
        JsonTree info = info(response.getInfoMap());
        PodSandboxStatus pod = sandbox == null ? PodSandboxStatus.getDefaultInstance() : sandbox.getStatus();
        NamespaceOption namespaces = pod.getLinux().getNamespaces().getOptions();
        return new ContainerInfo(
                container.getId(),
                status.getMetadata().getName(),
                runtime,
                image(status, image),
                info.get("privileged").isTrue() || privileged(info),
                hostPid(info, namespaces),
                namespaces.getNetwork() == NamespaceMode.NODE,
                namespaces.getIpc() == NamespaceMode.NODE,
                pod.getNetwork().getIp(),
                sandbox == null ? "" : cni(sandbox),
                container.getPodSandboxId(),
                false,
                labels(status.getLabelsMap(), pod.getMetadata()),
                new TreeMap<>(status.getAnnotationsMap()),
                new TreeMap<>(pod.getLabelsMap()),
                status.getMountsList().stream().map(CriConverter::mount).toList(),
                environment(info),
                status.getCreatedAt(),
                (int) info.get("pid").number());
    }

    static ContainerInfo sandbox(String runtime, PodSandboxStatusResponse response) {
        PodSandboxStatus pod = response.getStatus();
        JsonTree info = info(response.getInfoMap());
        NamespaceOption namespaces = pod.getLinux().getNamespaces().getOptions();
        return new ContainerInfo(
                pod.getId(),
                pod.getMetadata().getName(),
                runtime,
                ContainerImage.parse(info.get("image").text(), "", ""),
                privileged(info),
                namespaces.getPid() == NamespaceMode.NODE,
                namespaces.getNetwork() == NamespaceMode.NODE,
                namespaces.getIpc() == NamespaceMode.NODE,
                pod.getNetwork().getIp(),
                cni(response),
                pod.getId(),
                true,
                labels(pod.getLabelsMap(), pod.getMetadata()),
                new TreeMap<>(pod.getAnnotationsMap()),
                new TreeMap<>(pod.getLabelsMap()),
                List.of(),
                List.of(),
                pod.getCreatedAt(),
                (int) info.get("pid").number());
    }

    /** Returns labels in which the pod's identity is that of the runtime's own fields, if it has them. */
    private static SortedMap<String, String> labels(Map<String, String> labels, PodSandboxMetadata pod) {
        SortedMap<String, String> all = new TreeMap<>(labels);
        putIfKnown(all, ContainerInfo.POD_NAME, pod.getName());
        putIfKnown(all, ContainerInfo.POD_NAMESPACE, pod.getNamespace());
        putIfKnown(all, ContainerInfo.POD_UID, pod.getUid());
        return all;
    }

    private static void putIfKnown(Map<String, String> labels, String key, String value) {
        if (!value.isEmpty()) {
            labels.put(key, value);
        }
    }

    /** Returns the image under the name that was requested. If that is only an id, the image's first tag or digest replaces it. */
    private static ContainerImage image(ContainerStatus status, Image image) {
        String name = status.getImage().getImage();
        String digest = image.getRepoDigestsList().stream()
                .map(reference -> reference.substring(reference.indexOf('@') + 1))
                .findFirst()
                .orElse("");
        String ref = status.getImageRef();
        if (digest.isEmpty() && ref.indexOf('@') >= 0) {
            digest = ref.substring(ref.indexOf('@') + 1);
        }
        if ((name.isEmpty() || ContainerImage.isId(name))) {
            name = image.getRepoTagsCount() > 0
                    ? image.getRepoTags(0)
                    : image.getRepoDigestsCount() > 0 ? image.getRepoDigests(0) : name;
        }
        return ContainerImage.parse(name, image.getId(), digest);
    }

    private static boolean privileged(JsonTree info) {
        return info.get("config")
                .get("linux")
                .get("security_context")
                .get("privileged")
                .isTrue();
    }

    /** The container's setting may differ from the pod's, so the OCI specification takes precedence. */
    private static boolean hostPid(JsonTree info, NamespaceOption pod) {
        JsonTree spec = info.get("runtimeSpec").get("linux").get("namespaces");
        return spec.exists()
                ? spec.elements().stream()
                        .noneMatch(namespace -> namespace.get("type").text().equals("pid"))
                : pod.getPid() == NamespaceMode.NODE;
    }

    private static List<String> environment(JsonTree info) {
        return info.get("runtimeSpec").get("process").get("env").elements().stream()
                .map(JsonTree::text)
                .toList();
    }

    private static String cni(PodSandboxStatusResponse sandbox) {
        return info(sandbox.getInfoMap()).get("cniResult").get("Interfaces").json();
    }

    private static ContainerMount mount(Mount mount) {
        String propagation = switch (mount.getPropagation()) {
            case PROPAGATION_PRIVATE -> "private";
            case PROPAGATION_HOST_TO_CONTAINER -> "rslave";
            case PROPAGATION_BIDIRECTIONAL -> "rshared";
            case UNRECOGNIZED -> "unknown";
        };
        return new ContainerMount(mount.getHostPath(), mount.getContainerPath(), "", !mount.getReadonly(), propagation);
    }

    /** Parses the verbose info; returns a missing value if it is not valid JSON. */
    private static JsonTree info(Map<String, String> info) {
        try {
            return JsonTree.parse(info.getOrDefault(INFO, "{}"));
        } catch (IOException e) {
            return JsonTree.MISSING;
        }
    }
}
