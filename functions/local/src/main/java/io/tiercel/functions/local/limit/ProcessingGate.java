package io.tiercel.functions.local.limit;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Limits the bytes of bodies that are processed at the same time: a parsed body needs many times its size. Others wait in the order of
 * their arrival; the {@link ByteBudget} limits how many there are. This class is thread-safe.
 */
public final class ProcessingGate {
    private final long limit;
    private final Queue<Place> waiting = new ArrayDeque<>();
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
     * Returns a place for a body. It has no effect before {@link Place#enter}.
     *
     * @param bytes the size of the body
     * @param action starts the processing; runs at most once, on the thread that enters, or on that of another body that leaves
     */
    public Place place(long bytes, Runnable action) {
        return new Place(bytes, action);
    }

    private boolean fits(long bytes) {
        return processing == 0 || processing + bytes <= limit;
    }

    private enum State {
        OUTSIDE,
        WAITING,
        PROCESSING,
        LEFT
    }

    /** The place of one body. */
    public final class Place {
        private final long bytes;
        private final Runnable action;
        private State state = State.OUTSIDE;

        private Place(long bytes, Runnable action) {
            this.bytes = bytes;
            this.action = action;
        }

        /** Starts the action now, or later, when enough others have left. */
        public void enter() {
            synchronized (ProcessingGate.this) {
                if (state != State.OUTSIDE) {
                    return;
                }
                if (!waiting.isEmpty() || !fits(bytes)) {
                    state = State.WAITING;
                    waiting.add(this);
                    return;
                }
                start();
            }
            action.run();
        }

        private void start() {
            state = State.PROCESSING;
            processing += bytes;
        }

        /**
         * Ends the processing of the body, and starts others that wait and fit. If the body is still waiting, it is dropped and never
         * starts. Further calls have no effect.
         */
        public void leave() {
            Queue<Place> started = new ArrayDeque<>();
            synchronized (ProcessingGate.this) {
                switch (state) {
                    case OUTSIDE, LEFT -> {}
                    case WAITING -> waiting.remove(this);
                    case PROCESSING -> processing -= bytes;
                }
                state = State.LEFT;
                Place next = waiting.peek();
                while (next != null && fits(next.bytes)) {
                    next.start();
                    started.add(waiting.remove());
                    next = waiting.peek();
                }
            }
            started.forEach(place -> place.action.run());
        }
    }
}
