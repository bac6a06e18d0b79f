package io.tiercel.functions.local.limit;

/**
 * The memory for request bodies. A quarter of it is only for small bodies, so that large ones cannot keep sensors from sending single
 * alerts. This class is thread-safe.
 */
public final class ByteBudget {
    /** The size up to which a body is small, bytes. */
    public static final int SMALL = 64 << 10;

    private static final int SHARE_OF_HEAP = 16;

    private final long total;
    private final long large;
    private long used;
    private long usedByLarge;

    /** Creates a budget of some bytes. */
    public ByteBudget(long total) {
        this.total = total;
        this.large = total / 4 * 3;
    }

    /** Creates the budget of a JVM: a sixteenth of its heap, and at least two bodies of the maximum size. */
    public static ByteBudget ofHeap(long heapBytes) {
        return new ByteBudget(Math.max(3L * Limits.MAX_BODY, heapBytes / SHARE_OF_HEAP));
    }

    /** Returns the bytes in use. */
    public synchronized long used() {
        return used;
    }

    /** Returns an empty reservation. */
    public Reservation reservation() {
        return new Reservation();
    }

    /** The part of the budget that a body uses. */
    public final class Reservation {
        private long bytes;
        private boolean released;

        private Reservation() {}

        /**
         * Extends the reservation to at least some bytes.
         *
         * @return false if the budget is exhausted; the reservation stays as it was
         */
        public boolean extendTo(long size) {
            synchronized (ByteBudget.this) {
                if (released) {
                    return false;
                }
                if (size <= bytes) {
                    return true;
                }
                long more = size - bytes;
                long moreOfLarge = size <= SMALL ? 0 : bytes <= SMALL ? size : more;
                if (used + more > total || usedByLarge + moreOfLarge > (size <= SMALL ? Long.MAX_VALUE : large)) {
                    return false;
                }
                used += more;
                usedByLarge += moreOfLarge;
                bytes = size;
                return true;
            }
        }

        /** Returns the reserved bytes. */
        public long bytes() {
            synchronized (ByteBudget.this) {
                return bytes;
            }
        }

        /** Returns the bytes to the budget. Further calls have no effect. */
        public void release() {
            synchronized (ByteBudget.this) {
                if (!released) {
                    released = true;
                    used -= bytes;
                    usedByLarge -= bytes > SMALL ? bytes : 0;
                }
            }
        }
    }
}
