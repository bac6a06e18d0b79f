package io.tiercel.functions.local.limit;

import java.util.LinkedHashSet;
import java.util.Set;

/** The open connections, and which of them wait for a request, longest first. This class is thread-safe. */
final class ConnectionTable {
    private final int limit;
    private final Set<GuardedConnection> open = new LinkedHashSet<>();
    private final Set<GuardedConnection> waiting = new LinkedHashSet<>();

    ConnectionTable(int limit) {
        this.limit = limit;
    }

    /**
     * Adds a connection, which waits for its first request. Closes the one that has waited longest if there are too many.
     *
     * @return false if all connections have requests in progress; the caller must close the new one
     */
    boolean add(GuardedConnection connection) {
        GuardedConnection closed = null;
        synchronized (this) {
            if (open.size() >= limit) {
                if (waiting.isEmpty()) {
                    return false;
                }
                closed = waiting.iterator().next();
                remove(closed);
            }
            open.add(connection);
            waiting.add(connection);
        }
        if (closed != null) {
            closed.close();
        }
        return true;
    }

    synchronized void remove(GuardedConnection connection) {
        open.remove(connection);
        waiting.remove(connection);
    }

    synchronized void setWaiting(GuardedConnection connection, boolean waits) {
        waiting.remove(connection);
        if (waits && open.contains(connection)) {
            waiting.add(connection);
        }
    }
}
