package io.tiercel.functions.enrich;

import io.tiercel.functions.intake.SafeText;
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
 * Questions to one source that may be slow or away. Each is given up after a time-out; answers are kept for a while, so
 * that ten thousand alerts of one pod are one question; and a source that has failed some times in a row is left alone for a
 * while, so that it does not hold up every alert.
 *
 * @param <F> what it knows
 */
final class CachedLookup<F> {
    static final Duration KEEP = Duration.ofSeconds(60);
    static final Duration KEEP_FAILURE = Duration.ofSeconds(10);
    static final int FAILURES_IN_A_ROW = 3;

    /** Questions that may be open at once, those given up included: they end by the source's own time-out. */
    static final int MAX_OPEN = 32;

    private static final int MAX_KEPT = 2_000;
    private static final int MAX_REASON = 200;

    private final String source;
    private final Duration timeout;
    private final InstantSource clock;
    private final Map<String, Result<F>> kept = new LinkedHashMap<>(16, 0.75f, true);
    private int open;
    private int failures;
    private long aloneUntilMillis;

    CachedLookup(String source, Duration timeout, InstantSource clock) {
        this.source = source;
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * What came of a question.
     *
     * @param facts null unless found
     */
    record Result<F>(@Nullable F facts, LookupRecord lookup) {}

    /** Begins to ask about a subject; the answer is there at once if it is kept. */
    Supplier<Result<F>> ask(String subject, Supplier<@Nullable F> lookup) {
        long now = clock.millis();
        synchronized (this) {
            Result<F> earlier = kept.get(subject);
            if (earlier != null && now < earlier.lookup().askedMillis() + keep(earlier)) {
                return () -> earlier;
            }
            if (now < aloneUntilMillis || open >= MAX_OPEN) {
                String why = open >= MAX_OPEN ? "too many questions are open" : "left alone after failures";
                return () -> new Result<>(null, new LookupRecord(source, subject, LookupRecord.FAILED + why, now));
            }
            open++;
        }
        FutureTask<@Nullable F> task = new FutureTask<>(() -> {
            try {
                return lookup.get();
            } finally {
                synchronized (this) {
                    open--;
                }
            }
        });
        Thread.ofVirtual().name(source).start(task);
        return () -> keep(subject, wait(subject, task, now));
    }

    private Result<F> wait(String subject, Future<@Nullable F> task, long askedMillis) {
        long left = Math.max(0, askedMillis + timeout.toMillis() - clock.millis());
        try {
            F facts = task.get(left, TimeUnit.MILLISECONDS);
            String outcome = facts == null ? LookupRecord.ABSENT : LookupRecord.FOUND;
            return new Result<>(facts, new LookupRecord(source, subject, outcome, askedMillis));
        } catch (TimeoutException e) {
            return new Result<>(null, new LookupRecord(source, subject, LookupRecord.TIMED_OUT, askedMillis));
        } catch (ExecutionException e) {
            return new Result<>(
                    null, new LookupRecord(source, subject, LookupRecord.FAILED + reason(e.getCause()), askedMillis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result<>(
                    null, new LookupRecord(source, subject, LookupRecord.FAILED + "interrupted", askedMillis));
        }
    }

    private synchronized Result<F> keep(String subject, Result<F> answer) {
        if (answer.lookup().answered()) {
            failures = 0;
        } else if (++failures >= FAILURES_IN_A_ROW) {
            failures = 0;
            aloneUntilMillis = clock.millis() + KEEP_FAILURE.toMillis();
        }
        kept.put(subject, answer);
        if (kept.size() > MAX_KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
        return answer;
    }

    private static long keep(Result<?> answer) {
        return (answer.facts() == null ? KEEP_FAILURE : KEEP).toMillis();
    }

    private static String reason(@Nullable Throwable cause) {
        String message = cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
        String line = SafeText.oneLine(message.lines().findFirst().orElse(""));
        return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON);
    }
}
