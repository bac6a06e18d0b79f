package io.tiercel.sensor.grpc;

import io.tiercel.rules.alert.Alert;
import io.tiercel.sensor.output.AlertQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The new alerts that wait for one subscriber, all of which match its filter. A full queue drops alerts of the rule that floods it
 * ({@link AlertQueue}). Thread-safe.
 */
final class LiveAlerts {
    /** The minimum time between two reports of dropped alerts while others wait, so that a flood does not double the messages. */
    private static final long REPORT_NANOS = 1_000_000_000L;

    private final AlertQueue queue;
    private long reported;
    private SortedMap<String, Long> reportedByRule = new TreeMap<>();
    private long nextReportNanos = System.nanoTime();
    private @Nullable RuntimeException failure;

    LiveAlerts(int capacity, long maxBytes) {
        queue = new AlertQueue(capacity, maxBytes);
    }

    /** Adds an alert if it matches. A failure of the filter ends the stream, and does not reach the caller. */
    void offer(Alert alert, long identity, SubscriptionFilter filter) {
        try {
            if (filter.matches(alert)) {
                add(alert, identity);
            }
        } catch (RuntimeException e) {
            fail(e);
        } catch (StackOverflowError e) {
            fail(new IllegalStateException("the filter is too deep", e));
        }
    }

    private synchronized void add(Alert alert, long identity) {
        queue.add(alert, identity);
    }

    private synchronized void fail(RuntimeException e) {
        failure = e;
    }

    synchronized void limitBytes(long maxBytes) {
        queue.limitBytes(maxBytes);
    }

    /** Returns true if there is nothing to send. */
    synchronized boolean isEmpty() {
        return failure == null && queue.isEmpty() && queue.dropped() == reported;
    }

    /** Returns the dropped alerts to report now. */
    synchronized AlertGap takeDropped() {
        long now = System.nanoTime();
        long dropped = queue.dropped() - reported;
        if (dropped == 0 || now - nextReportNanos < 0 && !queue.isEmpty()) {
            return AlertGap.NONE;
        }
        nextReportNanos = now + REPORT_NANOS;
        SortedMap<String, Long> byRule = queue.droppedByRule();
        SortedMap<String, Long> newDrops = new TreeMap<>();
        byRule.forEach((rule, total) -> {
            long more = total - reportedByRule.getOrDefault(rule, 0L);
            if (more > 0) {
                newDrops.put(rule, more);
            }
        });
        reported = queue.dropped();
        reportedByRule = byRule;
        return new AlertGap(dropped, 0, false, newDrops);
    }

    /**
     * Removes and returns the oldest alert; null if there is none.
     *
     * @throws RuntimeException if the filter failed
     */
    synchronized @Nullable Alert poll() {
        if (failure != null) {
            throw failure;
        }
        return queue.poll();
    }
}
