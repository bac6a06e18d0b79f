package io.tiercel.sensor.users;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Users and groups of the host and of each container. Container ids are full ids; the host's is empty.
 *
 * <p>The table holds a fixed number of containers and evicts the least recently used one.
 */
public final class UserTable {
    /** The result of a RECORD_USERS that replaces the database of its container. Other records add to it. */
    public static final int REPLACE = 1;

    private static final int MAX_CONTAINERS = 1024;

    /** The maximum number of users and of groups in one database. Further entries are ignored. */
    private static final int MAX_NAMES = 16_384;

    private static final String UNKNOWN = "<NA>";

    private record User(String name, String home, String shell) {}

    private record Database(Map<Integer, User> users, Map<Integer, String> groups) {}

    private final Map<String, Database> byContainer = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Database> eldest) {
            return size() > MAX_CONTAINERS;
        }
    };

    /** Returns true if the container's database was read, even if it was empty. */
    public boolean hasDatabase(String containerId) {
        return byContainer.containsKey(containerId);
    }

    public boolean hasUser(String containerId, int uid) {
        Database database = byContainer.get(containerId);
        return database != null && database.users.containsKey(uid);
    }

    /** Adds the lines of a passwd and a group file. Invalid lines are ignored. */
    public void add(String containerId, String passwd, String group) {
        Database database =
                byContainer.computeIfAbsent(containerId, id -> new Database(new HashMap<>(), new HashMap<>()));
        passwd.lines().map(line -> line.split(":", -1)).forEach(f -> {
            if (f.length >= 7 && database.users.size() < MAX_NAMES) {
                Integer uid = parseId(f[2]);
                if (uid != null) {
                    database.users.putIfAbsent(uid, new User(f[0], f[5], f[6]));
                }
            }
        });
        group.lines().map(line -> line.split(":", -1)).forEach(f -> {
            if (f.length >= 3 && database.groups.size() < MAX_NAMES) {
                Integer gid = parseId(f[2]);
                if (gid != null) {
                    database.groups.putIfAbsent(gid, f[0]);
                }
            }
        });
    }

    /** Returns the number of databases, including the host's. */
    public int size() {
        return byContainer.size();
    }

    /** Removes the database of a container. */
    public void clear(String containerId) {
        byContainer.remove(containerId);
    }

    public String userName(String containerId, int uid) {
        User user = user(containerId, uid);
        return user != null ? user.name : uid == 0 ? "root" : UNKNOWN;
    }

    public String homeDirectory(String containerId, int uid) {
        User user = user(containerId, uid);
        return user != null ? user.home : uid == 0 ? "/root" : UNKNOWN;
    }

    public String shell(String containerId, int uid) {
        User user = user(containerId, uid);
        return user != null ? user.shell : UNKNOWN;
    }

    public String groupName(String containerId, int gid) {
        Database database = byContainer.get(containerId);
        String name = database == null ? null : database.groups.get(gid);
        return name != null ? name : gid == 0 ? "root" : UNKNOWN;
    }

    private @Nullable User user(String containerId, int uid) {
        Database database = byContainer.get(containerId);
        return database == null ? null : database.users.get(uid);
    }

    private static @Nullable Integer parseId(String text) {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
