package io.tiercel.sensor.metrics;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of a listener, the oldest first. Their number is limited, in total and for each source address.
 *
 * <p>At a limit, a new connection takes the place of the oldest idle one: of its own source if that one's share is used up,
 * otherwise of any source. If none of them is idle, the new connection is refused. One client can thus close its own connections
 * only, and the idle connections of several clients never keep out another one.
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
        boolean shareUsed = open.stream()
                        .filter(other -> other.source().equals(added.source()))
                        .count()
                >= share;
        if (shareUsed || open.size() >= limit) {
            C victim = oldestIdle(shareUsed ? added.source() : null);
            if (victim == null) {
                return false;
            }
            open.remove(victim);
            victim.close();
        }
        return open.add(added);
    }

    private @Nullable C oldestIdle(@Nullable Object source) {
        for (C candidate : open) {
            if (candidate.idle() && (source == null || candidate.source().equals(source))) {
                return candidate;
            }
        }
        return null;
    }

    synchronized void remove(C connection) {
        open.remove(connection);
    }

    /** Returns the connections, the oldest first. */
    synchronized List<C> all() {
        return new ArrayList<>(open);
    }
}
