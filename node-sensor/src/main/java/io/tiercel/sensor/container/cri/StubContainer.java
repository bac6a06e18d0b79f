package io.tiercel.sensor.container.cri;

import java.util.Map;

/**
 * What a {@link StubCriServer} tells about a container.
 *
 * @param image name of its image with a tag, e.g. {@code docker.io/library/web:1}
 * @param namespace its pod's namespace
 * @param privileged whether it runs privileged
 * @param mounts source on the node to destination in the container
 */
public record StubContainer(String image, String namespace, boolean privileged, Map<String, String> mounts) {
    public StubContainer {
        mounts = Map.copyOf(mounts);
    }
}
