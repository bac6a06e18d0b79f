package io.tiercel.sensor.container;

import io.tiercel.sensor.container.ContainerRuntime.Response;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A runtime that is not queried for containers while it is silent, which means that a query ended at its deadline.
 * Otherwise the containers that start in that time would occupy all worker threads, and delay the answers of other runtimes.
 * Thread-safe.
 */
final class GuardedRuntime implements AutoCloseable {
    private final ContainerRuntime runtime;
    private final Consumer<GuardedRuntime> silenceStarted;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong timedOut = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private long silentSinceNanos;
    private boolean probed; // from the start of a silence to the probe that the runtime answers
    private volatile boolean silent;

    /**
     * Creates a guard for a runtime that is assumed to answer.
     *
     * @param silenceStarted called when the runtime becomes silent, on the thread of the query. It must probe the runtime until that
     *     answers, and is not called again before.
     */
    GuardedRuntime(ContainerRuntime runtime, Consumer<GuardedRuntime> silenceStarted) {
        this.runtime = runtime;
        this.silenceStarted = silenceStarted;
    }

    boolean isPresent() {
        return runtime.isPresent();
    }

    /** Loads the classes of the query and connects to the runtime, if it exists, so that later queries are fast. */
    void warmUp() {
        if (isPresent()) {
            query(ContainerRuntime.NONEXISTENT_ID);
        }
    }

    boolean isSilent() {
        return silent;
    }

    /** Queries a container by its full id, unless the runtime is silent. */
    Response find(String id) {
        return silent ? new Response.Skipped() : query(id);
    }

    /**
     * Queries a silent runtime for a container that does not exist.
     *
     * @return the number of seconds for which it was silent, if it answers now; -1 if it is still silent
     */
    long probe() {
        query(ContainerRuntime.NONEXISTENT_ID);
        synchronized (this) {
            if (silent) {
                return -1;
            }
            probed = false;
            return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - silentSinceNanos);
        }
    }

    /** Returns the number of queries that the runtime answered, including those for unknown containers. */
    long answered() {
        return answered.get();
    }

    /** Returns the number of queries that ended at their deadline. */
    long timedOut() {
        return timedOut.get();
    }

    /** Returns the number of queries that failed for other reasons, such as a refused connection. */
    long failed() {
        return failed.get();
    }

    @Override
    public void close() {
        runtime.close();
    }

    private Response query(String id) {
        Response response = find(runtime, id);
        switch (response) {
            case Response.Found _, Response.NotFound _ -> answered.incrementAndGet();
            case Response.Unavailable _ -> failed.incrementAndGet();
            case Response.TimedOut _ -> timedOut.incrementAndGet();
            case Response.Skipped _ -> {}
        }
        if (setSilent(response instanceof Response.TimedOut)) {
            silenceStarted.accept(this);
        }
        return response;
    }

    /** Returns true if the runtime became silent and nobody probes it. A late answer to an earlier query ends a silence, but not the probes. */
    private synchronized boolean setSilent(boolean now) {
        if (now && !silent) {
            silentSinceNanos = System.nanoTime();
        }
        silent = now;
        if (!now || probed) {
            return false;
        }
        probed = true;
        return true;
    }

    /** Converts an unexpected exception to a response, so that one bad answer does not end the request. */
    private static Response find(ContainerRuntime runtime, String id) {
        try {
            return runtime.find(id);
        } catch (RuntimeException | StackOverflowError e) {
            return new Response.Unavailable("the query for container " + id + " failed: " + e);
        }
    }
}
