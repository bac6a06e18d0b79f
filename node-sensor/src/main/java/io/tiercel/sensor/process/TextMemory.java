package io.tiercel.sensor.process;

import org.jspecify.annotations.Nullable;

/**
 * The memory of all processes' texts, limited in bytes. An attacker chooses the length of arguments, environments and paths.
 *
 * <p>Data that several processes share is charged once. Beyond the limit, the largest data is dropped first: data is
 * grouped by the power of two of its size, and within a group the oldest is dropped first. The processes stay, and
 * remember what they lack. Each operation takes constant time, apart from the drops.
 */
final class TextMemory {
    private static final int CLASSES = Integer.SIZE;

    private final long limit;
    private final @Nullable DroppableState[] oldest = new DroppableState[CLASSES];
    private final @Nullable DroppableState[] newest = new DroppableState[CLASSES];
    private long bytes;
    private long dropped;

    /** Creates an empty memory with a limit in bytes, at least 1. */
    TextMemory(long limit) {
        this.limit = limit;
    }

    /** Charges data to one more process. Drops other data if the limit is exceeded. */
    void retain(DroppableState data) {
        if (data.dropped || data.bytes() == 0 || data.users++ > 0) {
            return;
        }
        bytes += data.bytes();
        if (data.isDroppable()) {
            append(data);
        }
        for (DroppableState victim = victim(data); bytes > limit && victim != null; victim = victim(data)) {
            bytes -= victim.bytes();
            unlink(victim);
            victim.drop();
            victim.dropped = true;
            dropped++;
        }
    }

    /** Releases data that one process no longer uses. */
    void release(DroppableState data) {
        if (data.dropped || data.bytes() == 0 || --data.users > 0) {
            return;
        }
        bytes -= data.bytes();
        if (data.isDroppable()) {
            unlink(data);
        }
    }

    /** Returns true if the limit is exceeded although everything was dropped that can be dropped. */
    boolean isExceeded() {
        return bytes > limit;
    }

    long bytes() {
        return bytes;
    }

    long limit() {
        return limit;
    }

    /** Returns how often data was dropped. */
    long dropped() {
        return dropped;
    }

    /** Returns the oldest data of the largest class, except {@code keep}; null if there is none. */
    private @Nullable DroppableState victim(DroppableState keep) {
        for (int i = CLASSES - 1; i >= 0; i--) {
            DroppableState candidate = oldest[i];
            if (candidate == keep) {
                candidate = keep.next;
            }
            if (candidate != null) {
                return candidate;
            }
        }
        return null;
    }

    private static int sizeClass(DroppableState data) {
        return CLASSES - 1 - Integer.numberOfLeadingZeros((int) Math.min(data.bytes(), Integer.MAX_VALUE));
    }

    private void append(DroppableState data) {
        int i = sizeClass(data);
        DroppableState last = newest[i];
        data.previous = last;
        data.next = null;
        if (last == null) {
            oldest[i] = data;
        } else {
            last.next = data;
        }
        newest[i] = data;
    }

    private void unlink(DroppableState data) {
        int i = sizeClass(data);
        DroppableState before = data.previous;
        DroppableState after = data.next;
        if (before == null) {
            oldest[i] = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            newest[i] = before;
        } else {
            after.previous = before;
        }
        data.previous = null;
        data.next = null;
    }
}
