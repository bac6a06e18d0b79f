package io.tiercel.sensor.container;

import io.tiercel.sensor.container.ContainerRuntime.Response;
import io.tiercel.sensor.thread.SupervisedScheduler;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fetches container metadata from container runtimes on worker threads.
 *
 * <p>A container may run before its runtime knows it, and a runtime may restart. So the fetcher retries with exponential
 * backoff until a runtime returns the metadata. If there is no runtime, or none knows the container after some seconds, the
 * fetcher reports a result without metadata. A second result follows if a runtime returns the metadata later.
 *
 * <p>A runtime that is stopped or overloaded does not answer. One worker then asks it until it does, and all requests that
 * it left open are repeated at once.
 */
public final class ContainerInfoFetcher implements AutoCloseable {
    /** The maximum number of open requests. Further requests get a result without metadata immediately. */
    private static final int MAX_REQUESTS = 4096;

    private static final int THREADS = 2;
    private static final long FIRST_BACKOFF_MILLIS = 20;
    private static final long MAX_BACKOFF_MILLIS = 60_000;

    /** The first and the longest pause between two probes of a silent runtime. */
    private static final long FIRST_PROBE_MILLIS = 250;

    private static final long MAX_PROBE_MILLIS = 5_000;

    /** The maximum time that a container runs before its runtime knows it, in nanoseconds. */
    private static final long NOT_FOUND_AFTER_NANOS = 5_000_000_000L;

    /** The minimum time between two warnings about unavailable runtimes, in nanoseconds. */
    private static final long WARNING_INTERVAL_NANOS = 60_000_000_000L;

    private static final System.Logger LOG = System.getLogger(ContainerInfoFetcher.class.getName());

    /**
     * The result of a request.
     *
     * @param id the container's full id
     * @param info the metadata; null if no runtime knows the container
     */
    public record Result(String id, @Nullable ContainerInfo info) {}

    private static final class Request {
        final String id;
        final long startNanos = System.nanoTime();
        volatile long backoffMillis = FIRST_BACKOFF_MILLIS;
        boolean notFoundReported;
        volatile boolean cancelled;

        /** True if the last attempt skipped a silent runtime. */
        volatile boolean skipped;

        /** The next attempt; null during the first one. */
        volatile @Nullable Future<?> next;

        Request(String id) {
            this.id = id;
        }
    }

    private final List<GuardedRuntime> runtimes;
    private final ConcurrentMap<String, Request> requests = new ConcurrentHashMap<>();
    private final Queue<Result> results = new ConcurrentLinkedQueue<>();
    private final SupervisedScheduler workers;
    private volatile long nextWarningNanos = System.nanoTime();

    /** Creates a fetcher that queries the runtimes in order. It closes them when it is closed. */
    public ContainerInfoFetcher(List<ContainerRuntime> runtimes) {
        this.workers = new SupervisedScheduler("containers", THREADS);
        this.runtimes = runtimes.stream().map(this::guarded).toList();
        this.runtimes.forEach(runtime -> workers.execute(runtime::warmUp));
    }

    /** Requests the metadata of a container by its full id, unless a request is open. {@link #poll} returns the result. */
    public void request(String id) {
        if (requests.size() >= MAX_REQUESTS) {
            results.add(new Result(id, null));
            return;
        }
        Request request = new Request(id);
        if (requests.putIfAbsent(id, request) == null) {
            schedule(request, 0);
        }
    }

    /** Returns the next result; null if there is none yet. */
    public @Nullable Result poll() {
        return results.poll();
    }

    /** Cancels the request for a container. */
    public void cancel(String id) {
        Request request = requests.remove(id);
        if (request != null) {
            request.cancelled = true;
        }
    }

    /** Returns the number of open requests. */
    public int openRequests() {
        return requests.size();
    }

    /** Returns the state of the queries. Thread-safe. */
    public ContainerQueryStatus status() {
        return new ContainerQueryStatus(
                runtimes.stream().mapToLong(GuardedRuntime::answered).sum(),
                runtimes.stream().mapToLong(GuardedRuntime::timedOut).sum(),
                runtimes.stream().mapToLong(GuardedRuntime::failed).sum(),
                requests.size(),
                (int) runtimes.stream().filter(GuardedRuntime::isSilent).count());
    }

    /** Cancels all requests and closes the runtimes. */
    @Override
    public void close() {
        workers.shutdownNow();
        runtimes.forEach(GuardedRuntime::close);
    }

    private GuardedRuntime guarded(ContainerRuntime runtime) {
        return new GuardedRuntime(runtime, guard -> {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a container runtime does not answer; alerts of new containers lack their metadata until it does");
            probeLater(guard, FIRST_PROBE_MILLIS);
        });
    }

    private void probeLater(GuardedRuntime runtime, long millis) {
        try {
            workers.schedule(() -> probe(runtime, millis), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // the fetcher was closed
        }
    }

    private void probe(GuardedRuntime runtime, long millis) {
        long seconds = runtime.probe();
        if (seconds < 0) {
            probeLater(runtime, Math.min(2 * millis, MAX_PROBE_MILLIS));
            return;
        }
        LOG.log(System.Logger.Level.INFO, "a container runtime answers again, after {0} s", seconds);
        requests.values().stream().filter(request -> request.skipped).forEach(this::repeatNow);
    }

    private void repeatNow(Request request) {
        Future<?> next = request.next;
        if (next != null && next.cancel(false)) {
            request.backoffMillis = FIRST_BACKOFF_MILLIS;
            schedule(request, 0);
        }
    }

    private void schedule(Request request, long millis) {
        try {
            request.next = workers.schedule(() -> run(request), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            request.cancelled = true; // the fetcher was closed
        }
    }

    private void run(Request request) {
        if (request.cancelled) {
            return;
        }
        ContainerInfo info = null;
        boolean anyRuntime = false;
        boolean allAnswered = true;
        boolean skipped = false;
        for (GuardedRuntime runtime : runtimes) {
            if (info == null && runtime.isPresent()) {
                anyRuntime = true;
                switch (runtime.find(request.id)) {
                    case Response.Found(ContainerInfo found) -> info = found;
                    case Response.NotFound() -> {}
                    case Response.Unavailable(String reason) -> {
                        allAnswered = false;
                        warn(reason);
                    }
                    case Response.TimedOut(String reason) -> {
                        allAnswered = false;
                        warn(reason);
                    }
                    case Response.Skipped() -> {
                        allAnswered = false;
                        skipped = true;
                    }
                }
            }
        }
        if (request.cancelled) {
            return;
        }
        if (info != null) {
            requests.remove(request.id, request);
            results.add(new Result(request.id, info));
            return;
        }
        boolean notFound = allAnswered && System.nanoTime() - request.startNanos > NOT_FOUND_AFTER_NANOS;
        if (!request.notFoundReported && (!anyRuntime || notFound)) {
            request.notFoundReported = true;
            results.add(new Result(request.id, null));
        }
        long backoffMillis = request.backoffMillis;
        request.backoffMillis = Math.min(2 * backoffMillis, MAX_BACKOFF_MILLIS);
        request.skipped = skipped;
        schedule(request, backoffMillis);
        if (skipped && runtimes.stream().noneMatch(GuardedRuntime::isSilent)) {
            repeatNow(request); // the runtime answered again before this request was seen as skipped
        }
    }

    private void warn(String reason) {
        long now = System.nanoTime();
        if (now - nextWarningNanos >= 0) {
            nextWarningNanos = now + WARNING_INTERVAL_NANOS;
            LOG.log(System.Logger.Level.WARNING, "a container runtime is unavailable: {0}", reason);
        }
    }
}
