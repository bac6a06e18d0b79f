package io.tiercel.functions.notification;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts messages per channel since the process started. Thread-safe. Contains configured channels only, so it needs no limit. */
public final class NotificationMetrics {
    private final Map<String, Counters> channels = new ConcurrentHashMap<>();

    private static final class Counters {
        private final LongAdder delivered = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder givenUp = new LongAdder();
    }

    /**
     * The counts of a channel.
     *
     * @param delivered messages that the channel accepted
     * @param failed failed attempts, whether or not they were retried
     * @param givenUp messages that were given up
     */
    public record Counts(long delivered, long failed, long givenUp) {}

    private Counters counters(String channel) {
        return channels.computeIfAbsent(channel, name -> new Counters());
    }

    void delivered(String channel) {
        counters(channel).delivered.increment();
    }

    void failed(String channel) {
        counters(channel).failed.increment();
    }

    void givenUp(String channel) {
        counters(channel).givenUp.increment();
    }

    /** Returns the counts of each channel that has attempted anything, ordered by name. */
    public Map<String, Counts> counts() {
        Map<String, Counts> result = new TreeMap<>();
        channels.forEach((name, counters) ->
                result.put(name, new Counts(counters.delivered.sum(), counters.failed.sum(), counters.givenUp.sum())));
        return result;
    }
}
