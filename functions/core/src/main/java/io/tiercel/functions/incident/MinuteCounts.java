package io.tiercel.functions.incident;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many alerts an incident received in each of the last {@link #MINUTES} minutes with alerts. Immutable. The text form is short, and
 * a store keeps it with the incident.
 */
public final class MinuteCounts {
    /** Number of minutes that are kept. */
    public static final int MINUTES = 60;

    /** No alerts. */
    public static final MinuteCounts NONE = new MinuteCounts(new TreeMap<>());

    private static final int RADIX = 36;
    private static final long MINUTE_MILLIS = 60_000;

    /** Counts by minute since the epoch. */
    private final SortedMap<Long, Long> counts;

    private MinuteCounts(SortedMap<Long, Long> counts) {
        this.counts = Collections.unmodifiableSortedMap(counts);
    }

    /** Parses {@link #text}. A text that is not valid, such as one of a later version, counts as empty. */
    public static MinuteCounts parse(String text) {
        SortedMap<Long, Long> counts = new TreeMap<>();
        for (String part : text.isEmpty() ? new String[0] : text.split(" ", MINUTES + 1)) {
            int colon = part.indexOf(':');
            try {
                counts.put(
                        Long.parseLong(part.substring(0, Math.max(colon, 0)), RADIX),
                        Long.parseLong(part.substring(colon + 1), RADIX));
            } catch (NumberFormatException e) {
                return NONE;
            }
        }
        return new MinuteCounts(counts);
    }

    /** Returns the counts as text of at most 1,500 characters: {@code MINUTE:COUNT} in base 36, separated by spaces. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<Long, Long> minute : counts.entrySet()) {
            text.append(text.isEmpty() ? "" : " ")
                    .append(Long.toString(minute.getKey(), RADIX))
                    .append(':')
                    .append(Long.toString(minute.getValue(), RADIX));
        }
        return text.toString();
    }

    /**
     * Returns these counts and further alerts. Drops minutes that are too old.
     *
     * @param count number of alerts, 0 or more
     * @param time when they were received
     */
    public MinuteCounts plus(long count, Instant time) {
        long minute = minute(time);
        SortedMap<Long, Long> next = new TreeMap<>(counts);
        next.merge(minute, count, (a, b) -> Math.min(Integer.MAX_VALUE, a + b));
        // A clock that was set back leaves minutes in the future, which must not stay for ever.
        next.headMap(minute - MINUTES + 1).clear();
        next.tailMap(minute + MINUTES).clear();
        while (next.size() > MINUTES) {
            next.remove(next.firstKey());
        }
        return new MinuteCounts(next);
    }

    /** Returns the counts of the last {@link #MINUTES} minutes, the oldest first; the last one is the current minute. */
    public List<Long> until(Instant now) {
        long last = minute(now);
        List<Long> list = new ArrayList<>(MINUTES);
        for (long minute = last - MINUTES + 1; minute <= last; minute++) {
            list.add(counts.getOrDefault(minute, 0L));
        }
        return Collections.unmodifiableList(list);
    }

    private static long minute(Instant time) {
        return Math.floorDiv(time.toEpochMilli(), MINUTE_MILLIS);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MinuteCounts that && counts.equals(that.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
