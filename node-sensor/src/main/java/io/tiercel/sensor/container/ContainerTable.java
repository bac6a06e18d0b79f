package io.tiercel.sensor.container;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;

/**
 * The containers of the node by full id.
 *
 * <p>A container is removed a minute after its last cgroup, because events may arrive late. When the table is full, the
 * oldest container is removed.
 */
public final class ContainerTable {
    private static final int MAX_CONTAINERS = 4096;
    /** The part of the maximum heap that the metadata of containers may use: an eighth, 16 MiB in the default heap. */
    private static final int HEAP_PART = 8;

    private static final long GRACE_NANOS = 60_000_000_000L;

    private record Ended(TrackedContainer container, long nanos) {}

    private final ContainerListener listener;
    private final Map<String, TrackedContainer> byId = new LinkedHashMap<>();
    private final Queue<Ended> ended = new ArrayDeque<>();
    private final long maxInfoBytes;
    private long infoBytes;
    private long droppedInfos;

    /** Creates an empty table. */
    public ContainerTable(ContainerListener listener) {
        this(listener, Runtime.getRuntime().maxMemory() / HEAP_PART);
    }

    ContainerTable(ContainerListener listener, long maxInfoBytes) {
        this.listener = listener;
        this.maxInfoBytes = maxInfoBytes;
    }

    /**
     * Returns the container that a cgroup path belongs to, or the host. Adds the container if it is unknown.
     *
     * <p>A container can name a cgroup inside its own after another container. Such a cgroup belongs to the one that made it.
     */
    public TrackedContainer ofCgroup(String path) {
        String id = ContainerIds.fromCgroupPath(path);
        if (id.isEmpty()) {
            return TrackedContainer.HOST;
        }
        TrackedContainer known = byId.get(id);
        String parent = ContainerIds.parentOfContainer(path);
        TrackedContainer outer =
                ContainerIds.fromCgroupPath(parent).isEmpty() ? TrackedContainer.HOST : ofCgroup(parent);
        if (known != null) {
            return outer.isHost() || known == outer || known.outer() == outer ? known : outer;
        }
        TrackedContainer container = add(new TrackedContainer(id, outer));
        listener.containerFound(id);
        return container;
    }

    /** Returns the container with a full id. Adds it, without notifying the listener, if it is unknown. */
    public TrackedContainer get(String fullId) {
        TrackedContainer known = byId.get(fullId);
        if (known != null) {
            return known;
        }
        return add(new TrackedContainer(fullId, TrackedContainer.HOST));
    }

    private TrackedContainer add(TrackedContainer container) {
        if (byId.size() >= MAX_CONTAINERS) {
            remove(byId.values().iterator().next());
        }
        byId.put(container.fullId(), container);
        return container;
    }

    /**
     * Applies a container record. If the metadata of all containers exceeds its limit, the largest of other containers is dropped. A
     * user who may create pods chooses the size of their labels and environments.
     *
     * @param json the record's metadata
     */
    public void apply(String fullId, ContainerRecord kind, String json) {
        TrackedContainer container = get(fullId);
        infoBytes -= container.infoBytes();
        container.apply(kind, json);
        infoBytes += container.infoBytes();
        while (infoBytes > maxInfoBytes) {
            TrackedContainer largest = byId.values().stream()
                    .filter(other -> other != container)
                    .max(Comparator.comparingLong(TrackedContainer::infoBytes))
                    .orElse(null);
            if (largest == null || largest.infoBytes() == 0) {
                return;
            }
            infoBytes -= largest.infoBytes();
            largest.dropInfo();
            droppedInfos++;
        }
    }

    /** Returns how often metadata of a container was dropped. */
    public long droppedInfos() {
        return droppedInfos;
    }

    /** Counts a new cgroup of a container. */
    public void cgroupAdded(TrackedContainer container) {
        container.cgroups++;
    }

    /** Counts a removed cgroup of a container, and removes the containers that ended more than a minute ago. */
    public void cgroupRemoved(TrackedContainer container, long bootNanos) {
        if (!container.isHost() && --container.cgroups == 0) {
            ended.add(new Ended(container, bootNanos));
        }
        for (Ended oldest = ended.peek();
                oldest != null && bootNanos - oldest.nanos > GRACE_NANOS;
                oldest = ended.peek()) {
            ended.remove();
            if (oldest.container.cgroups == 0) {
                remove(oldest.container);
            }
        }
    }

    public int size() {
        return byId.size();
    }

    private void remove(TrackedContainer container) {
        if (byId.remove(container.fullId(), container)) {
            infoBytes -= container.infoBytes();
            listener.containerRemoved(container.fullId());
        }
    }
}
