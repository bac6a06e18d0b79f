package io.tiercel.sensor.state;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of users and groups, of the host and of each container; the containers used longest ago are forgotten. */
final class Users {
    private static final int MAX_CONTAINERS = 1024;

    /** Users or groups kept of one database; more are ignored. */
    private static final int MAX_NAMES = 16_384;

    private static final String UNKNOWN = "<NA>";

    private record User(String name, String home, String shell) {}

    private record Names(Map<Integer, User> users, Map<Integer, String> groups) {}

    private final Map<String, Names> byContainer = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Names> eldest) {
            return size() > MAX_CONTAINERS;
        }
    };

    /** Whether names of this container (empty for the host) have been read, even if there were none. */
    boolean knows(String containerId) {
        return byContainer.containsKey(containerId);
    }

    boolean knowsUser(String containerId, int uid) {
        Names names = byContainer.get(containerId);
        return names != null && names.users.containsKey(uid);
    }

    /** Adds the lines of passwd and group; wrong lines are left out. */
    void add(String containerId, String passwd, String group) {
        Names names = byContainer.computeIfAbsent(containerId, id -> new Names(new HashMap<>(), new HashMap<>()));
        passwd.lines().map(line -> line.split(":", -1)).forEach(f -> {
            if (f.length >= 7 && names.users.size() < MAX_NAMES) {
                Integer uid = number(f[2]);
                if (uid != null) {
                    names.users.putIfAbsent(uid, new User(f[0], f[5], f[6]));
                }
            }
        });
        group.lines().map(line -> line.split(":", -1)).forEach(f -> {
            if (f.length >= 3 && names.groups.size() < MAX_NAMES) {
                Integer gid = number(f[2]);
                if (gid != null) {
                    names.groups.putIfAbsent(gid, f[0]);
                }
            }
        });
    }

    /** Containers, the host among them, whose names are kept. */
    int size() {
        return byContainer.size();
    }

    void forget(String containerId) {
        byContainer.remove(containerId);
    }

    String userName(String containerId, int uid) {
        User user = user(containerId, uid);
        return user != null ? user.name : uid == 0 ? "root" : UNKNOWN;
    }

    String home(String containerId, int uid) {
        User user = user(containerId, uid);
        return user != null ? user.home : uid == 0 ? "/root" : UNKNOWN;
    }

    String shell(String containerId, int uid) {
        User user = user(containerId, uid);
        return user != null ? user.shell : UNKNOWN;
    }

    String groupName(String containerId, int gid) {
        Names names = byContainer.get(containerId);
        String name = names == null ? null : names.groups.get(gid);
        return name != null ? name : gid == 0 ? "root" : UNKNOWN;
    }

    private @Nullable User user(String containerId, int uid) {
        Names names = byContainer.get(containerId);
        return names == null ? null : names.users.get(uid);
    }

    private static @Nullable Integer number(String text) {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
