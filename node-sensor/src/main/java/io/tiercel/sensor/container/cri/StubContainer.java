package io.tiercel.sensor.container.cri;

import java.util.Map;

/**
 * A container of a {@link StubCriServer}.
 *
 * @param image the image name with a tag, such as {@code docker.io/library/web:1}
 * @param namespace the pod's namespace
 * @param privileged true if the container is privileged
 * @param mounts the mounts, from the path on the node to the path in the container
 */
public record StubContainer(String image, String namespace, boolean privileged, Map<String, String> mounts) {
    public StubContainer {
        mounts = Map.copyOf(mounts);
    }
}
