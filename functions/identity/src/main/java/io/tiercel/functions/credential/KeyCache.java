package io.tiercel.functions.credential;

import io.tiercel.functions.credential.SenderIdentity.KeyStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Caches the issuer's keys. Senders choose the key ids that are asked for, so an unknown id causes at most one request a minute.
 * There is never more than one request at a time, and a limited number of callers waits for it.
 */
final class KeyCache {
    /** Age at which keys are fetched again. */
    static final Duration FRESH = Duration.ofHours(1);

    /** Maximum age of keys. While the issuer cannot be reached, its last keys remain valid until then. */
    static final Duration MAX_AGE = Duration.ofHours(24);

    /** Minimum time between two requests while the keys are fresh: for unknown key ids, after a rotation of keys. */
    static final Duration MIN_INTERVAL = Duration.ofMinutes(1);

    /** Minimum time between two requests while there are no fresh keys. */
    static final Duration RETRY_INTERVAL = Duration.ofSeconds(15);

    /** Maximum time that a caller waits: discovery and keys. */
    static final Duration MAX_WAIT = IssuerKeySource.TIMEOUT.multipliedBy(2);

    private static final int MAX_WAITING = 64;

    private final KeySource source;
    private final InstantSource clock;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private volatile @Nullable Fetched fetched;
    private volatile @Nullable String failure;
    private @Nullable CompletableFuture<Void> running;
    private @Nullable Instant lastAttempt;

    KeyCache(KeySource source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /** The result of the last successful request. */
    private record Fetched(IssuerKeys keys, Instant at) {}

    /** The result of a search. */
    sealed interface Result {
        /** The key was found. */
        record Found(String issuer, VerificationKey key) implements Result {}

        /**
         * The key does not exist, or there are no valid keys.
         *
         * @param reason one line, without text from the token
         */
        record Missing(String reason) implements Result {}
    }

    /** Returns the key with an id. May wait for a request, at most {@link #MAX_WAIT}. */
    Result find(String id) {
        Fetched known = fetched;
        if (known != null && isYounger(known.at(), FRESH) && known.keys().keys().containsKey(id)) {
            return result(known, id);
        }
        request(known != null
                && isYounger(known.at(), MAX_AGE)
                && known.keys().keys().containsKey(id));
        return result(fetched, id);
    }

    private Result result(@Nullable Fetched known, String id) {
        if (known == null) {
            return new Result.Missing("the issuer's keys are not available: " + reason());
        }
        if (!isYounger(known.at(), MAX_AGE)) {
            return new Result.Missing("the issuer's keys are older than " + MAX_AGE.toHours() + " hours: " + reason());
        }
        VerificationKey key = known.keys().keys().get(id);
        return key == null
                ? new Result.Missing("the issuer has no key with the id in the token")
                : new Result.Found(known.keys().issuer(), key);
    }

    private String reason() {
        String reason = failure;
        return reason == null ? "the request has not ended" : reason;
    }

    /**
     * Starts a request if one is due, and waits for it.
     *
     * @param canDoWithout whether a valid key is known already; then only the caller that started the request waits
     */
    private void request(boolean canDoWithout) {
        CompletableFuture<Void> request;
        boolean started;
        synchronized (this) {
            started = running == null && isDue();
            if (started) {
                lastAttempt = clock.instant();
                running = new CompletableFuture<>();
            }
            request = running;
        }
        if (request == null) {
            return;
        }
        if (started) {
            Thread.ofVirtual().name("identity keys").start(() -> fetch(request));
        }
        if (started || !canDoWithout) {
            await(request);
        }
    }

    private boolean isDue() {
        Fetched known = fetched;
        boolean fresh = known != null && isYounger(known.at(), FRESH);
        return lastAttempt == null || !isYounger(lastAttempt, fresh ? MIN_INTERVAL : RETRY_INTERVAL);
    }

    /** Returns false for times in the future as well, which a corrected clock leaves behind. */
    private boolean isYounger(Instant time, Duration age) {
        Duration elapsed = Duration.between(time, clock.instant());
        return !elapsed.isNegative() && elapsed.compareTo(age) < 0;
    }

    private void fetch(CompletableFuture<Void> request) {
        try {
            fetched = new Fetched(source.fetch(), clock.instant());
            failure = null;
        } catch (KeySourceException e) {
            failure = e.getMessage();
        } catch (RuntimeException e) {
            failure = "unexpected " + e.getClass().getSimpleName();
        } finally {
            synchronized (this) {
                running = null;
            }
            request.complete(null);
        }
    }

    private void await(CompletableFuture<Void> request) {
        if (!waiting.tryAcquire()) {
            return;
        }
        try {
            request.get(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            // The request continues, and a later caller uses its result.
        } finally {
            waiting.release();
        }
    }

    /** Fetches the keys if there are none. Waits for them, at most {@link #MAX_WAIT}. */
    void prepare() {
        if (fetched == null) {
            request(false);
        }
    }

    /** Returns the state for metrics. */
    KeyStatus status() {
        Fetched known = fetched;
        return known == null
                ? new KeyStatus(0, null, failure)
                : new KeyStatus(known.keys().keys().size(), known.at(), failure);
    }
}
