package io.tiercel.sensor.grpc;

import io.tiercel.rules.alert.Alert;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latest alerts, numbered from 0 in the order in which they came: all that subscribers may still get is here and
 * nowhere else, so memory has one limit however many they are.
 *
 * <p>Adding takes a lock that others hold only for as long as copying some references takes.
 */
final class AlertRingBuffer {
    private static final int ALERT_BYTES = 256;
    private static final int FIELD_BYTES = 64;
    private static final int CHAR_BYTES = 2;

    private final Alert[] alerts;
    private final int[] sizes;
    private final int maxBytes;
    private long oldest;
    private long next;
    private long bytes;
    private long changes;
    private @Nullable AlertSequence first;
    private boolean numbered = true;

    AlertRingBuffer(int maxAlerts, int maxBytes) {
        this.alerts = new Alert[maxAlerts];
        this.sizes = new int[maxAlerts];
        this.maxBytes = maxBytes;
    }

    synchronized void add(Alert alert) {
        number(alert);
        int size = size(alert);
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

    /** Finds out whether the numbers in the ids go up one by one, as those here do. */
    private void number(Alert alert) {
        AlertSequence number = alert.id() == null ? null : AlertSequence.of(alert.id());
        if (next == 0) {
            first = number;
        }
        numbered &= first != null && number != null && number.isAfter(first, next);
    }

    private int slot(long number) {
        return (int) (number % alerts.length);
    }

    /** Ends the waiting of {@link #awaitChange}. */
    synchronized void wake() {
        changes++;
        notifyAll();
    }

    /** How often this was changed or woken. */
    synchronized long changes() {
        return changes;
    }

    /** Waits until {@link #changes} is no longer {@code seen}, at most so long. */
    synchronized void awaitChange(long seen, long atMostMillis) throws InterruptedException {
        if (changes == seen) {
            wait(atMostMillis);
        }
    }

    /** Number of the oldest alert that is still here; {@link #next} if none is. */
    synchronized long oldest() {
        return oldest;
    }

    /** Number that the next alert will have. */
    synchronized long next() {
        return next;
    }

    /** The alert of a number; null if it is gone or not yet here. */
    synchronized @Nullable Alert get(long number) {
        return number >= oldest && number < next ? alerts[slot(number)] : null;
    }

    /**
     * Copies alerts that are still here.
     *
     * @param from number of the first that is wanted
     * @param into filled from its beginning
     * @param max most alerts to copy
     * @return number of the first that was copied, above {@code from} if the first ones are gone
     */
    synchronized Copied copy(long from, Alert[] into, int max) {
        long first = Math.max(from, oldest);
        int count = (int) Math.max(0, Math.min(Math.min(max, into.length), next - first));
        for (int i = 0; i < count; i++) {
            into[i] = alerts[slot(first + i)];
        }
        return new Copied(first, count);
    }

    record Copied(long first, int count) {}

    /** Number that the alert with an id has, or had before it had to go; -1 if that cannot be told. */
    synchronized long find(String id) {
        for (long number = next - 1; number >= oldest; number--) {
            if (id.equals(alerts[slot(number)].id())) {
                return number;
            }
        }
        AlertSequence wanted = AlertSequence.of(id);
        if (!numbered || first == null || wanted == null) {
            return -1;
        }
        long number = wanted.distanceFrom(first);
        return number < oldest ? number : -1;
    }

    /** Estimated size in memory. */
    private static int size(Alert alert) {
        int size = ALERT_BYTES + chars(alert.message());
        for (Map.Entry<String, @Nullable Object> field : alert.outputFields().entrySet()) {
            size += FIELD_BYTES + value(field.getValue());
        }
        return size;
    }

    private static int value(@Nullable Object value) {
        return switch (value) {
            case String text -> chars(text);
            case List<?> list -> list.stream().mapToInt(AlertRingBuffer::value).sum();
            case null, default -> 0;
        };
    }

    private static int chars(String text) {
        return CHAR_BYTES * text.length();
    }
}
