package io.tiercel.sensor.process;

import io.tiercel.sensor.container.TrackedContainer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The cgroups of the unified hierarchy by id, with the container that each one belongs to.
 *
 * <p>When the table is full, it removes the cgroup that was added first. Only this package changes the table.
 */
public final class CgroupTable {
    private static final int MAX_CGROUPS = 65_536;
    private static final long NO_CGROUP = -1;

    private final KernelStateListener kernel;
    private final Map<Long, TrackedContainer> containers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, TrackedContainer> eldest) {
            boolean full = size() > MAX_CGROUPS;
            if (full) {
                lastFound = NO_CGROUP;
                kernel.cgroupRemoved(eldest.getKey());
            }
            return full;
        }
    };

    /** Cgroups of processes whose container membership was unknown when the process was first seen in them. */
    private final Set<Long> unknown = new HashSet<>();

    /** A cgroup in the map; {@link #NO_CGROUP} if unknown. Most records have the cgroup of the one before, and a lookup allocates its key. */
    private long lastFound = NO_CGROUP;

    CgroupTable(KernelStateListener kernel) {
        this.kernel = kernel;
    }

    /** Returns true if the table has a cgroup. */
    public boolean contains(long id) {
        if (id == lastFound && id != NO_CGROUP) {
            return true;
        }
        boolean found = containers.containsKey(id);
        if (found) {
            lastFound = id;
        }
        return found;
    }

    /** Returns the container of a cgroup; the host if the cgroup is unknown. */
    public TrackedContainer containerOrHost(long id) {
        return containers.getOrDefault(id, TrackedContainer.HOST);
    }

    /** Returns the container of a cgroup, which may be the host; null if the cgroup is unknown. */
    @Nullable
    TrackedContainer container(long id) {
        return containers.get(id);
    }

    /** Returns true if the cgroup is known and belongs to the host. */
    boolean isOfHost(long id) {
        TrackedContainer container = containers.get(id);
        return container != null && container.isHost();
    }

    /**
     * Adds a cgroup.
     *
     * @return true if a process was seen in the cgroup before. The kernel is not notified of such a cgroup.
     */
    boolean add(long id, TrackedContainer container) {
        containers.put(id, container);
        boolean seen = unknown.contains(id);
        if (!seen) {
            kernel.cgroupAdded(id, !container.isHost());
        }
        return seen;
    }

    /** Records that a process was seen in a cgroup that the table does not have. */
    void addUnknown(long id) {
        if (unknown.size() < MAX_CGROUPS) {
            unknown.add(id);
        } else {
            kernel.stateIncomplete();
        }
    }

    /** Removes a cgroup and returns its container; null if the cgroup is unknown. */
    @Nullable
    TrackedContainer remove(long id) {
        TrackedContainer container = containers.remove(id);
        lastFound = NO_CGROUP;
        kernel.cgroupRemoved(id);
        unknown.remove(id);
        return container;
    }

    int size() {
        return containers.size();
    }
}
