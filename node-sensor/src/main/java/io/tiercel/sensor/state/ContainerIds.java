package io.tiercel.sensor.state;

import java.util.List;
import java.util.Set;

/**
 * Container ids in cgroup paths, of any hierarchy: runtimes name a container's cgroup by its id, each in its own way.
 *
 * <p>The innermost part of a path that a runtime has named counts, so that a cgroup made inside a container still belongs
 * to it.
 */
final class ContainerIds {
    private static final int FULL_LENGTH = 64;
    private static final String SCOPE = ".scope";

    /**
     * What stands before an id of 64 hexadecimal digits, in the name of a cgroup.
     *
     * @param prefix what the name begins with, or, if it starts with a colon, holds
     */
    private record Layout(String prefix) {
        /** The id in a name from which a final {@code .scope} has been taken; empty if it is none of this layout. */
        String id(String name) {
            int at = prefix.startsWith(":") ? name.lastIndexOf(prefix) : name.startsWith(prefix) ? 0 : -1;
            return at < 0 ? "" : fullId(name.substring(at + prefix.length()));
        }
    }

    private static final List<Layout> LAYOUTS = List.of(
            new Layout(""), // docker and containerd's CRI with the cgroupfs driver
            new Layout("docker-"), // the systemd driver from here on
            new Layout("cri-containerd-"),
            new Layout("crio-"), // CRI-O, both drivers
            new Layout("libpod-"), // podman, both drivers
            new Layout(":cri-containerd:")); // containerd's CRI, slice and id in one name

    /**
     * Namespaces whose containers containerd itself, asked without the CRI, puts under {@code /NAMESPACE/ID}, the id being
     * any name.
     */
    private static final Set<String> CONTAINERD_NAMESPACES = Set.of("default", "k8s.io");

    private ContainerIds() {}

    /** The whole id of the container to which a cgroup belongs; empty outside containers. */
    static String inPath(String path) {
        for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
            String name = path.substring(path.lastIndexOf('/', end - 1) + 1, end);
            String id = inName(name.endsWith(SCOPE) ? name.substring(0, name.length() - SCOPE.length()) : name);
            if (!id.isEmpty()) {
                return id;
            }
        }
        return plain(path);
    }

    private static String inName(String name) {
        if (name.length() < FULL_LENGTH) {
            return "";
        }
        for (Layout layout : LAYOUTS) {
            String id = layout.id(name);
            if (!id.isEmpty()) {
                return id;
            }
        }
        return "";
    }

    private static String fullId(String text) {
        return text.length() == FULL_LENGTH && text.chars().allMatch(ContainerIds::isHexadecimal) ? text : "";
    }

    private static String plain(String path) {
        String[] parts = path.split("/", 4);
        if (parts.length < 3 || !parts[0].isEmpty() || !CONTAINERD_NAMESPACES.contains(parts[1])) {
            return "";
        }
        String id = parts[2];
        return id.endsWith(".service") || id.endsWith(".slice") || id.endsWith(SCOPE) ? "" : id;
    }

    private static boolean isHexadecimal(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }
}
