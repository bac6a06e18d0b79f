package io.tiercel.functions.local.limit;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Limits the bytes of bodies that are processed at the same time: a parsed body needs many times its size. Others wait in the order of
 * their arrival; the {@link ByteBudget} limits how many there are. This class is thread-safe.
 */
public final class ProcessingGate {
    private final long limit;
    private final Queue<Entry> waiting = new ArrayDeque<>();
    private long processing;

    /**
     * Creates a gate.
     *
     * @param limit bytes; a larger body is processed alone
     */
    public ProcessingGate(long limit) {
        this.limit = limit;
    }

    /**
     * Starts an action now, or later, when enough others have left. The action must cause one call of {@link #leave}.
     *
     * @param bytes the size of the body
     * @param action runs on the caller's thread, or on that of another caller that leaves
     */
    public void enter(long bytes, Runnable action) {
        synchronized (this) {
            if (!waiting.isEmpty() || !fits(bytes)) {
                waiting.add(new Entry(bytes, action));
                return;
            }
            processing += bytes;
        }
        action.run();
    }

    /** Ends the processing of a body, and starts those that wait and fit. */
    public void leave(long bytes) {
        Queue<Entry> started = new ArrayDeque<>();
        synchronized (this) {
            processing -= bytes;
            Entry next = waiting.peek();
            while (next != null && fits(next.bytes())) {
                processing += next.bytes();
                started.add(waiting.remove());
                next = waiting.peek();
            }
        }
        started.forEach(entry -> entry.action().run());
    }

    private boolean fits(long bytes) {
        return processing == 0 || processing + bytes <= limit;
    }

    private record Entry(long bytes, Runnable action) {}
}
