package io.tiercel.functions.local.sqlite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The waiting alerts of one lane in memory: the range of their sequence numbers, and as many of the alerts themselves as fit, so that they
 * need not be read and parsed again. Every alert is in the database too. This class is thread-safe. It is changed only after a commit,
 * while the lock of the database is held.
 */
final class WaitingAlerts {
    /** The maximum number of alerts in memory. Later ones are read from the database. */
    private static final int MAX_ALERTS = 4_096;

    /** The maximum memory of the alerts, bytes, as {@link #memory} estimates it. */
    private static final long MAX_MEMORY = 16 << 20;

    /** The estimated memory of a value in a parsed document, bytes: a node, its key and its place in a map. */
    private static final int MEMORY_PER_VALUE = 96;

    /** The last sequence number that was stored. */
    private long last;

    /** All alerts up to this sequence number were removed. */
    private long removed;

    /** Whether a failed transaction may have changed the range. */
    private boolean uncertain = true;

    /** Alerts with consecutive sequence numbers. */
    private final Deque<AlertInbox.Waiting> recent = new ArrayDeque<>();

    /** The estimated memory of {@link #recent}, bytes. */
    private long memory;

    /** Returns whether the range must be read from the database before it is used. */
    synchronized boolean uncertain() {
        return uncertain;
    }

    /** Requires that the range is read from the database. */
    synchronized void doubt() {
        uncertain = true;
    }

    /**
     * Sets the range, as it is in the database.
     *
     * @param before the last sequence number before the first waiting alert
     * @param lastStored the last sequence number; equal to {@code before} if no alert waits
     */
    synchronized void load(long before, long lastStored) {
        removed = before;
        last = lastStored;
        uncertain = false;
        recent.clear();
        memory = 0;
    }

    /** Returns the last sequence number that was stored. */
    synchronized long last() {
        return last;
    }

    /** Returns the number of waiting alerts. */
    synchronized long size() {
        return last - removed;
    }

    /** Returns the last sequence number before the first waiting alert. */
    synchronized long removed() {
        return removed;
    }

    /** Adds alerts that were stored, in the order of their sequence numbers. */
    synchronized void stored(List<AlertInbox.Waiting> alerts) {
        for (AlertInbox.Waiting alert : alerts) {
            last = alert.sequence();
            boolean consecutive = recent.isEmpty() || recent.getLast().sequence() + 1 == last;
            long bytes = memory(alert.document());
            if (consecutive && recent.size() < MAX_ALERTS && memory + bytes <= MAX_MEMORY) {
                recent.addLast(alert);
                memory += bytes;
            }
        }
    }

    /** Removes the alerts up to a sequence number. */
    synchronized void remove(long through) {
        removed = Math.max(removed, through);
        while (!recent.isEmpty() && recent.getFirst().sequence() <= removed) {
            drop();
        }
    }

    /** Takes the alerts that have waited longest; empty if they are not in memory. */
    synchronized List<AlertInbox.Waiting> take(int limit, long maxCharacters) {
        List<AlertInbox.Waiting> taken = new ArrayList<>();
        if (!recent.isEmpty() && recent.getFirst().sequence() == removed + 1) {
            long length = 0;
            while (taken.size() < limit && !recent.isEmpty() && length < maxCharacters) {
                AlertInbox.Waiting alert = drop();
                length += alert.document().length();
                taken.add(alert);
            }
        }
        return taken;
    }

    private AlertInbox.Waiting drop() {
        AlertInbox.Waiting alert = recent.removeFirst();
        memory -= memory(alert.document());
        return alert;
    }

    /** Estimates the memory of a document and its parsed form. A sender may post documents of many tiny values. */
    static long memory(String document) {
        long values = 1;
        for (int i = 0; i < document.length(); i++) {
            char c = document.charAt(i);
            values += c == ',' || c == ':' || c == '[' || c == '{' ? 1 : 0;
        }
        return document.length() + values * MEMORY_PER_VALUE;
    }
}
