package io.tiercel.sensor.metrics;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of a listener, the oldest first. Their number is limited, in total and for each source address.
 *
 * <p>At a limit, a new connection takes the place of the oldest idle one: of its own source if that one's share is used up,
 * otherwise of the source that has most connections, the new one included. If none of them is idle, the next source follows; if no
 * connection is idle, the new one is refused. Many connections of a few clients can thus close each other only, and never keep out a
 * client that has one.
 *
 * @param <C> a connection
 */
final class ConnectionTable<C extends ConnectionTable.Connection> {
    /** A connection. */
    interface Connection {
        /** Returns the address that connections are counted by. */
        Object source();

        /** Returns true while the server waits for the client, false while it answers. */
        boolean idle();

        /** Closes the connection. */
        void close();
    }

    private final int limit;
    private final int share;
    private final Set<C> open = new LinkedHashSet<>();

    /**
     * Creates an empty table.
     *
     * @param limit maximum number of connections, at least 1
     * @param share maximum number of connections of a source, from 1 to {@code limit}
     */
    ConnectionTable(int limit, int share) {
        this.limit = limit;
        this.share = share;
    }

    /** Adds a connection, and may close another one for it. Returns false if the new one is refused. */
    synchronized boolean admit(C added) {
        Map<Object, Long> counts = open.stream().collect(groupingBy(Connection::source, counting()));
        long ofSource = counts.merge(added.source(), 1L, Long::sum);
        boolean shareUsed = ofSource > share;
        if (shareUsed || open.size() >= limit) {
            C victim = victim(shareUsed ? Map.of(added.source(), 1L) : counts);
            if (victim == null) {
                return false;
            }
            open.remove(victim);
            victim.close();
        }
        return open.add(added);
    }

    /** Returns the oldest idle connection of the source that has the highest count, or null if none is idle. */
    private @Nullable C victim(Map<Object, Long> counts) {
        C victim = null;
        long most = 0;
        for (C candidate : open) {
            long count = counts.getOrDefault(candidate.source(), 0L);
            if (candidate.idle() && count > most) {
                victim = candidate;
                most = count;
            }
        }
        return victim;
    }

    synchronized void remove(C connection) {
        open.remove(connection);
    }

    /** Returns the connections, the oldest first. */
    synchronized List<C> all() {
        return new ArrayList<>(open);
    }
}
