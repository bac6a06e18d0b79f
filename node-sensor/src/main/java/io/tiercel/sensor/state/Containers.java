package io.tiercel.sensor.state;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;

/**
 * The containers of the node by id, one object each, that its processes share.
 *
 * <p>A container whose last cgroup is gone is kept for a while, for events that are still on their way, then forgotten;
 * should there be too many, the eldest is.
 */
final class Containers {
    private static final int MAX_CONTAINERS = 4096;
    private static final long GRACE_NANOS = 60_000_000_000L;

    private record Ended(Container container, long nanos) {}

    private final ContainerListener listener;
    private final Map<String, Container> byId = new LinkedHashMap<>();
    private final Queue<Ended> ended = new ArrayDeque<>();

    Containers(ContainerListener listener) {
        this.listener = listener;
    }

    /** The container to which a cgroup belongs. */
    Container ofCgroup(String path) {
        String id = ContainerIds.inPath(path);
        if (id.isEmpty()) {
            return Container.HOST;
        }
        Container known = byId.get(id);
        if (known != null) {
            return known;
        }
        Container container = named(id);
        listener.found(id);
        return container;
    }

    /** The container of a whole id; new if it is not known. */
    Container named(String id) {
        Container known = byId.get(id);
        if (known != null) {
            return known;
        }
        if (byId.size() >= MAX_CONTAINERS) {
            forget(byId.values().iterator().next());
        }
        Container container = new Container(id);
        byId.put(id, container);
        return container;
    }

    void cgroupMade(Container container) {
        container.cgroups++;
    }

    void cgroupRemoved(Container container, long bootNanos) {
        if (!container.isHost() && --container.cgroups == 0) {
            ended.add(new Ended(container, bootNanos));
        }
        for (Ended eldest = ended.peek();
                eldest != null && bootNanos - eldest.nanos > GRACE_NANOS;
                eldest = ended.peek()) {
            ended.remove();
            if (eldest.container.cgroups == 0) {
                forget(eldest.container);
            }
        }
    }

    int size() {
        return byId.size();
    }

    private void forget(Container container) {
        if (byId.remove(container.fullId(), container)) {
            listener.gone(container.fullId());
        }
    }
}
