package io.tiercel.sensor.grpc;

import io.tiercel.rules.alert.Alert;
import io.tiercel.sensor.output.AlertSize;
import org.jspecify.annotations.Nullable;

/**
 * The latest alerts, numbered from 0 in the order of arrival. Subscribers that resume read from this buffer.
 *
 * <p>{@link #add} takes a lock. Other threads hold that lock only while they copy references.
 */
final class AlertRingBuffer {
    private final Alert[] alerts;
    private final int[] sizes;
    private final int maxBytes;
    private long oldest;
    private long next;
    private long bytes;
    private long changes;
    private @Nullable AlertSequence first;
    private boolean consecutive = true;

    AlertRingBuffer(int maxAlerts, int maxBytes) {
        this.alerts = new Alert[maxAlerts];
        this.sizes = new int[maxAlerts];
        this.maxBytes = maxBytes;
    }

    synchronized void add(Alert alert) {
        checkSequence(alert);
        int size = AlertSize.estimate(alert);
        while (oldest < next && (next - oldest == alerts.length || bytes + size > maxBytes)) {
            bytes -= sizes[slot(oldest)];
            oldest++;
        }
        alerts[slot(next)] = alert;
        sizes[slot(next)] = size;
        bytes += size;
        next++;
        wake();
    }

    /** Checks whether the sequence numbers of the ids are consecutive, like the numbers of this buffer. */
    private void checkSequence(Alert alert) {
        AlertSequence sequence = alert.id() == null ? null : AlertSequence.parse(alert.id());
        if (next == 0) {
            first = sequence;
        }
        consecutive &= first != null && sequence != null && sequence.isAfter(first, next);
    }

    private int slot(long number) {
        return (int) (number % alerts.length);
    }

    /** Wakes {@link #awaitChange}. */
    synchronized void wake() {
        changes++;
        notifyAll();
    }

    /** Returns the number of additions and wake-ups so far. */
    synchronized long changes() {
        return changes;
    }

    /** Waits until {@link #changes} differs from {@code seen}, or the timeout expires. */
    synchronized void awaitChange(long seenChanges, long timeoutMillis) throws InterruptedException {
        if (changes == seenChanges) {
            wait(timeoutMillis);
        }
    }

    /** Returns the number of the oldest buffered alert, or {@link #next} if the buffer is empty. */
    synchronized long oldest() {
        return oldest;
    }

    /** Returns the number of the next alert. */
    synchronized long next() {
        return next;
    }

    /** Returns the alert with a number, or null if it was removed or has not arrived. */
    synchronized @Nullable Alert get(long number) {
        return number >= oldest && number < next ? alerts[slot(number)] : null;
    }

    /**
     * Copies buffered alerts.
     *
     * @param from number of the first alert to copy
     * @param into array to fill from index 0
     * @param max maximum number of alerts to copy
     * @return number of the first copied alert, above {@code from} if earlier ones were removed, and the count
     */
    synchronized CopyResult copy(long from, Alert[] into, int max) {
        long first = Math.max(from, oldest);
        int count = (int) Math.max(0, Math.min(Math.min(max, into.length), next - first));
        for (int i = 0; i < count; i++) {
            into[i] = alerts[slot(first + i)];
        }
        return new CopyResult(first, count);
    }

    record CopyResult(long first, int count) {}

    /** Returns the number of the alert with an id, also if it was removed. Returns -1 if the number is unknown. */
    synchronized long find(String id) {
        for (long number = next - 1; number >= oldest; number--) {
            if (id.equals(alerts[slot(number)].id())) {
                return number;
            }
        }
        AlertSequence target = AlertSequence.parse(id);
        if (!consecutive || first == null || target == null) {
            return -1;
        }
        long number = target.distanceFrom(first);
        return number < oldest ? number : -1;
    }
}
