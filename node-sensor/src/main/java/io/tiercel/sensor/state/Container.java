package io.tiercel.sensor.state;

import java.util.List;

/**
 * The container that a process runs in, as far as its cgroup tells.
 *
 * @param id the first twelve digits of the full id; {@code host} outside containers
 * @param fullId 64 hexadecimal digits; empty outside containers
 */
record Container(String id, String fullId) {
    static final Container HOST = new Container("host", "");

    private static final int FULL_LENGTH = 64;
    private static final int ID_LENGTH = 12;

    /** What runtimes put before an id in the name of a cgroup: docker, CRI-O, containerd's CRI, podman. */
    private static final List<String> PREFIXES = List.of("docker-", "crio-", "cri-containerd-", "libpod-");

    /**
     * The container that a cgroup belongs to: by the innermost part of the path that a runtime has named, so that a
     * cgroup made inside a container still belongs to it.
     */
    static Container ofCgroup(String path) {
        for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
            String name = path.substring(path.lastIndexOf('/', end - 1) + 1, end);
            String id = id(name);
            if (!id.isEmpty()) {
                return new Container(id.substring(0, ID_LENGTH), id);
            }
        }
        return HOST;
    }

    boolean isHost() {
        return fullId.isEmpty();
    }

    private static String id(String name) {
        if (name.length() < FULL_LENGTH) {
            return "";
        }
        String rest = name.endsWith(".scope") ? name.substring(0, name.length() - 6) : name;
        rest = rest.substring(rest.lastIndexOf(':') + 1);
        for (String prefix : PREFIXES) {
            if (rest.startsWith(prefix)) {
                rest = rest.substring(prefix.length());
                break;
            }
        }
        return rest.length() == FULL_LENGTH && rest.chars().allMatch(Container::isHexadecimal) ? rest : "";
    }

    private static boolean isHexadecimal(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }
}
