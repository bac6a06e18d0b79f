package io.tiercel.sensor.users;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Users and groups of the host and of each container. Container ids are full ids; the host's is empty.
 *
 * <p>The databases of containers have a maximum size in bytes. Beyond it, the table drops the least recently used one, which
 * the sensor reads again when it is needed.
 */
public final class UserTable {
    /** The result of a RECORD_USERS that replaces the database of its container. Other records add to it. */
    public static final int REPLACE = 1;

    /** The maximum number of containers. */
    private static final int MAX_CONTAINERS = 1024;

    /** The maximum size of all databases of containers, in bytes: a few of the largest ones, or a thousand usual ones. */
    static final long MAX_BYTES = 6 << 20;

    private static final String UNKNOWN = "<NA>";

    private final Map<String, UserDatabase> byContainer = new LinkedHashMap<>(16, 0.75f, true);
    private UserDatabase host = new UserDatabase();
    private boolean hostRead;
    private long bytes;

    /** Returns true if the container's database was read, even if it was empty. */
    public boolean hasDatabase(String containerId) {
        return containerId.isEmpty() ? hostRead : byContainer.containsKey(containerId);
    }

    public boolean hasUser(String containerId, int uid) {
        UserDatabase database = database(containerId);
        return database != null && database.names.contains(uid);
    }

    public boolean hasGroup(String containerId, int gid) {
        UserDatabase database = database(containerId);
        return database != null && database.groups.contains(gid);
    }

    /** Adds the lines of a passwd and a group file. Invalid lines are ignored. */
    public void add(String containerId, String passwd, String group) {
        if (containerId.isEmpty()) {
            hostRead = true;
            host.add(passwd, group);
            return;
        }
        UserDatabase database = byContainer.computeIfAbsent(containerId, id -> new UserDatabase());
        bytes -= database.bytes();
        database.add(passwd, group);
        bytes += database.bytes();
        Iterator<UserDatabase> oldest = byContainer.values().iterator();
        while (byContainer.size() > MAX_CONTAINERS || bytes > MAX_BYTES) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    /** Returns the number of databases, including the host's. */
    public int size() {
        return byContainer.size() + (hostRead ? 1 : 0);
    }

    /** Returns the size of the databases of containers, in bytes. */
    public long containerBytes() {
        return bytes;
    }

    /** Removes the database of a container. */
    public void clear(String containerId) {
        if (containerId.isEmpty()) {
            host = new UserDatabase();
            return;
        }
        UserDatabase removed = byContainer.remove(containerId);
        if (removed != null) {
            bytes -= removed.bytes();
        }
    }

    public String userName(String containerId, int uid) {
        UserDatabase database = database(containerId);
        return textOr(database == null ? null : database.names.get(uid), uid == 0 ? "root" : UNKNOWN);
    }

    public String homeDirectory(String containerId, int uid) {
        UserDatabase database = database(containerId);
        return textOr(database == null ? null : database.homes.get(uid), uid == 0 ? "/root" : UNKNOWN);
    }

    public String shell(String containerId, int uid) {
        UserDatabase database = database(containerId);
        return textOr(database == null ? null : database.shells.get(uid), UNKNOWN);
    }

    public String groupName(String containerId, int gid) {
        UserDatabase database = database(containerId);
        return textOr(database == null ? null : database.groups.get(gid), gid == 0 ? "root" : UNKNOWN);
    }

    private @Nullable UserDatabase database(String containerId) {
        return containerId.isEmpty() ? host : byContainer.get(containerId);
    }

    private static String textOr(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }
}
