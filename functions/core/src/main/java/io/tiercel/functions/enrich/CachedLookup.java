package io.tiercel.functions.enrich;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.rules.text.TextLimit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks up facts at a source that may be slow or unavailable. Each lookup has a deadline. Results are cached, so that
 * ten thousand alerts of one pod cause one lookup. After repeated failures the source is suspended, so that it does not
 * delay every alert. Without a cache, every call asks the source, also a failing one.
 *
 * @param <F> type of the facts
 */
final class CachedLookup<F> {
    static final Duration TTL = Duration.ofSeconds(60);
    static final Duration FAILURE_TTL = Duration.ofSeconds(10);
    static final int MAX_CONSECUTIVE_FAILURES = 3;

    /** Maximum number of concurrent lookups, including abandoned ones, which end with the source's own timeout. */
    static final int MAX_CONCURRENT = 32;

    private static final int MAX_CACHED = 2_000;
    private static final int MAX_REASON = 200;

    private final String source;
    private final Duration timeout;
    private final InstantSource clock;
    private final boolean cached;
    private final Map<String, Result<F>> cache = new LinkedHashMap<>(16, 0.75f, true);
    private int running;
    private int consecutiveFailures;
    private long suspendedUntilMillis;

    CachedLookup(String source, Duration timeout, InstantSource clock, boolean cached) {
        this.source = source;
        this.timeout = timeout;
        this.clock = clock;
        this.cached = cached;
    }

    /**
     * The result of a lookup.
     *
     * @param facts null unless found
     */
    record Result<F>(@Nullable F facts, LookupRecord lookup) {}

    /**
     * Starts a lookup. The returned supplier waits for the result. A cached result is available immediately.
     *
     * @param subject the object's name, for {@link LookupRecord#subject}
     * @param key key of the cached result; different keys never share a result
     */
    Supplier<Result<F>> start(String subject, String key, Supplier<@Nullable F> lookup) {
        long now = clock.millis();
        synchronized (this) {
            Result<F> known = cache.get(key);
            if (known != null && now < known.lookup().startedMillis() + ttlMillis(known)) {
                return () -> known;
            }
            if (now < suspendedUntilMillis || running >= MAX_CONCURRENT) {
                String reason =
                        running >= MAX_CONCURRENT ? "too many concurrent lookups" : "suspended after repeated failures";
                return () -> new Result<>(null, new LookupRecord(source, subject, LookupRecord.FAILED + reason, now));
            }
            running++;
        }
        FutureTask<@Nullable F> task = new FutureTask<>(() -> {
            try {
                return lookup.get();
            } finally {
                synchronized (this) {
                    running--;
                }
            }
        });
        Thread.ofVirtual().name(source).start(task);
        return () -> store(key, await(subject, task, now));
    }

    private Result<F> await(String subject, Future<@Nullable F> task, long startedMillis) {
        long remainingMillis = Math.max(0, startedMillis + timeout.toMillis() - clock.millis());
        try {
            F facts = task.get(remainingMillis, TimeUnit.MILLISECONDS);
            String outcome = facts == null ? LookupRecord.ABSENT : LookupRecord.FOUND;
            return new Result<>(facts, new LookupRecord(source, subject, outcome, startedMillis));
        } catch (TimeoutException e) {
            return new Result<>(null, new LookupRecord(source, subject, LookupRecord.TIMED_OUT, startedMillis));
        } catch (ExecutionException e) {
            return new Result<>(
                    null, new LookupRecord(source, subject, LookupRecord.FAILED + reason(e.getCause()), startedMillis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result<>(
                    null, new LookupRecord(source, subject, LookupRecord.FAILED + "interrupted", startedMillis));
        }
    }

    private synchronized Result<F> store(String key, Result<F> result) {
        if (!cached) {
            return result;
        }
        if (result.lookup().completed()) {
            consecutiveFailures = 0;
        } else if (++consecutiveFailures >= MAX_CONSECUTIVE_FAILURES) {
            consecutiveFailures = 0;
            suspendedUntilMillis = clock.millis() + FAILURE_TTL.toMillis();
        }
        cache.put(key, result);
        if (cache.size() > MAX_CACHED) {
            cache.remove(cache.keySet().iterator().next());
        }
        return result;
    }

    private static long ttlMillis(Result<?> result) {
        return (result.facts() == null ? FAILURE_TTL : TTL).toMillis();
    }

    /** Returns the message of a failure on one line, limited. */
    static String reason(@Nullable Throwable cause) {
        String message = cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
        String line = SafeText.oneLine(message.lines().findFirst().orElse(""));
        return TextLimit.cut(line, MAX_REASON);
    }
}
