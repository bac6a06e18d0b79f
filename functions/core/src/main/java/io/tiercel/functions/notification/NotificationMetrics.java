package io.tiercel.functions.notification;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts messages per channel since the process started, and knows which channels lose messages. Thread-safe. Contains configured channels
 * only, so it needs no limit.
 */
public final class NotificationMetrics {
    /** The minimum time between two log lines about a channel that loses messages. */
    private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

    private final Map<String, Counters> channels = new ConcurrentHashMap<>();

    private static final class Counters {
        private final LongAdder delivered = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder givenUp = new LongAdder();
        private volatile @Nullable Problem problem;
        private Instant logged = Instant.EPOCH;
    }

    /**
     * The counts of a channel.
     *
     * @param delivered messages that the channel accepted
     * @param failed failed attempts, whether or not they were retried
     * @param givenUp messages that were given up
     */
    public record Counts(long delivered, long failed, long givenUp) {}

    /**
     * Why a channel loses messages.
     *
     * @param reason the reason of the last loss, without secrets
     * @param since when it lost the first message after the last one that it accepted
     * @param givenUp number of messages lost since then
     */
    public record Problem(String reason, Instant since, long givenUp) {}

    private Counters counters(String channel) {
        return channels.computeIfAbsent(channel, name -> new Counters());
    }

    /** Returns the problem that ends with this message; null for none. */
    @Nullable
    Problem delivered(String channel) {
        Counters counters = counters(channel);
        counters.delivered.increment();
        if (counters.problem == null) {
            return null;
        }
        synchronized (counters) {
            Problem ended = counters.problem;
            counters.problem = null;
            return ended;
        }
    }

    void failed(String channel) {
        counters(channel).failed.increment();
    }

    /** Returns whether the loss of a message deserves a log line: it is the first one in some time. */
    boolean givenUp(String channel, String reason, Instant now) {
        Counters counters = counters(channel);
        counters.givenUp.increment();
        synchronized (counters) {
            Problem before = counters.problem;
            counters.problem = before == null
                    ? new Problem(reason, now, 1)
                    : new Problem(reason, before.since(), before.givenUp() + 1);
            boolean log = !now.isBefore(counters.logged.plus(LOG_INTERVAL));
            counters.logged = log ? now : counters.logged;
            return log;
        }
    }

    /** Returns the counts of each channel that has attempted anything, ordered by name. */
    public Map<String, Counts> counts() {
        Map<String, Counts> result = new TreeMap<>();
        channels.forEach((name, counters) ->
                result.put(name, new Counts(counters.delivered.sum(), counters.failed.sum(), counters.givenUp.sum())));
        return result;
    }

    /** Returns the problems of channels that lose messages at present, ordered by name. */
    public Map<String, Problem> problems() {
        Map<String, Problem> result = new TreeMap<>();
        channels.forEach((name, counters) -> {
            Problem problem = counters.problem;
            if (problem != null) {
                result.put(name, problem);
            }
        });
        return result;
    }
}
