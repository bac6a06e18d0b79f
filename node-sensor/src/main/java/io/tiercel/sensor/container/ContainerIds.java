package io.tiercel.sensor.container;

import java.util.List;
import java.util.Set;

/**
 * Extracts container ids from cgroup paths of any hierarchy and of the common container runtimes.
 *
 * <p>The innermost path component with an id counts. A cgroup that is created inside a container still belongs to it.
 */
public final class ContainerIds {
    private static final int FULL_LENGTH = 64;
    private static final String SCOPE = ".scope";

    /**
     * A runtime's way to name a container's cgroup.
     *
     * @param prefix the text before the id. A prefix that starts with a colon may be preceded by other text
     */
    private record Layout(String prefix) {
        /** Returns the id in a cgroup name without its {@code .scope} suffix; empty if the layout does not match. */
        String id(String name) {
            int at = prefix.startsWith(":") ? name.lastIndexOf(prefix) : name.startsWith(prefix) ? 0 : -1;
            return at < 0 ? "" : fullId(name.substring(at + prefix.length()));
        }
    }

    private static final List<Layout> LAYOUTS = List.of(
            new Layout(""), // Docker and containerd's CRI plugin with the cgroupfs driver
            new Layout("docker-"), // the layouts from here on are those of the systemd driver
            new Layout("cri-containerd-"),
            new Layout("crio-"), // CRI-O, both drivers
            new Layout("libpod-"), // Podman, both drivers
            new Layout(":cri-containerd:")); // containerd's CRI plugin, slice and id in one name

    /**
     * containerd namespaces whose containers run below {@code /NAMESPACE/ID} when a client uses containerd without the CRI.
     * The id may be any name.
     */
    private static final Set<String> CONTAINERD_NAMESPACES = Set.of("default", "k8s.io");

    private ContainerIds() {}

    /** Returns the full id of the container that a cgroup belongs to; empty for a cgroup of the host. */
    public static String fromCgroupPath(String path) {
        int end = endOfInnermost(path);
        return end < 0 ? fromContainerdPath(path) : fromCgroupName(component(path, end));
    }

    /** Returns true if a cgroup belongs to a container that another container runs. */
    public static boolean isNested(String path) {
        return !fromCgroupPath(parentOfContainer(path)).isEmpty();
    }

    /** Returns the path of the cgroup that holds the container's outermost cgroup; empty for a cgroup of the host. */
    static String parentOfContainer(String path) {
        int end = endOfInnermost(path);
        return end < 0 ? "" : path.substring(0, Math.max(path.lastIndexOf('/', end - 1), 0));
    }

    /** Returns where the innermost component with an id ends; -1 if no component has one. */
    private static int endOfInnermost(String path) {
        for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
            if (!fromCgroupName(component(path, end)).isEmpty()) {
                return end;
            }
        }
        return -1;
    }

    private static String component(String path, int end) {
        String name = path.substring(path.lastIndexOf('/', end - 1) + 1, end);
        return name.endsWith(SCOPE) ? name.substring(0, name.length() - SCOPE.length()) : name;
    }

    private static String fromCgroupName(String name) {
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

    private static String fromContainerdPath(String path) {
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
