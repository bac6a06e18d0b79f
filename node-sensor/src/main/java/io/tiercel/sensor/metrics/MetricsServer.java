package io.tiercel.sensor.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.tiercel.sensor.delivery.PendingStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /metrics} to Prometheus, {@code /healthz} for liveness and {@code /readyz} for readiness. A Unix socket of its own serves
 * the last two, so that no client of the network can keep the probes out.
 *
 * <p>Responses are built from a finished snapshot, so requests and the event thread never wait for each other.
 */
public final class MetricsServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 64;
    private static final int MAX_CONNECTIONS_OF_SOURCE = 16;
    private static final int MAX_HEALTH_CONNECTIONS = 8;
    private static final int MAX_METRICS_REQUESTS = 2;
    private static final int INITIAL_BUFFER_BYTES = 16 << 10;

    /** The event thread takes a snapshot every second. Without a new one for this long, it counts as stalled. */
    private static final long STALLED_NANOS = 10_000_000_000L;

    private final Supplier<MetricsSnapshot> snapshots;
    private final LongSupplier nanoTime;
    private final @Nullable MetricsToken token;
    private final SensorMetrics metrics;
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final Semaphore metricsRequests = new Semaphore(MAX_METRICS_REQUESTS);
    private final List<HttpListener> listeners = new ArrayList<>();

    /**
     * Creates a server that does not listen yet.
     *
     * @param token the token of clients that read metrics; null to serve metrics without those by rule to every client
     */
    public MetricsServer(MetricsCollector collector, @Nullable MetricsToken token) {
        this(collector::latest, System::nanoTime, token);
    }

    /** @param nanoTime the clock that the time of a snapshot is compared with */
    MetricsServer(Supplier<MetricsSnapshot> snapshots, LongSupplier nanoTime, @Nullable MetricsToken token) {
        this.snapshots = snapshots;
        this.nanoTime = nanoTime;
        this.token = token;
        this.metrics = new SensorMetrics(snapshots);
    }

    /**
     * Serves metrics and health on an address. Returns it with the actual port.
     *
     * @throws IOException if the address cannot be bound
     */
    public MetricsAddress listen(MetricsAddress address) throws IOException {
        HttpListener listener = HttpListener.tcp(
                address.socket(), new ConnectionTable<>(MAX_CONNECTIONS, MAX_CONNECTIONS_OF_SOURCE), this::respond);
        listeners.add(listener);
        return new MetricsAddress((InetSocketAddress) listener.address());
    }

    /**
     * Serves health on a Unix socket.
     *
     * @throws IOException if the socket cannot be created; the message names it
     */
    public void listen(Path socket) throws IOException {
        listeners.add(HttpListener.unix(
                socket, new ConnectionTable<>(MAX_HEALTH_CONNECTIONS, MAX_HEALTH_CONNECTIONS), this::respondHealth));
    }

    private Reply respond(RequestHead request) {
        return request.path().equals("/metrics") && request.isGetOrHead() ? metrics(request) : respondHealth(request);
    }

    private Reply respondHealth(RequestHead request) {
        if (!request.isGetOrHead()) {
            return Reply.text(405, "method not allowed; use GET or HEAD");
        }
        return switch (request.path()) {
            case "/healthz" -> health(stalledReason(), warning());
            case "/readyz" -> health(notReadyReason(), "");
            default -> Reply.text(404, "not found; use /metrics, /healthz or /readyz");
        };
    }

    private Reply metrics(RequestHead request) {
        try {
            if (token != null && !token.matches(request.header("authorization"))) {
                return Reply.text(Reply.UNAUTHORIZED, "metrics require the header \"Authorization: Bearer TOKEN\"");
            }
        } catch (IOException e) {
            return Reply.text(Reply.UNAVAILABLE, "the token of metrics is unavailable");
        }
        if (!metricsRequests.tryAcquire()) {
            return Reply.text(Reply.UNAVAILABLE, "too many concurrent requests, try again");
        }
        try {
            ExpositionFormatWriter writer = negotiateFormat(request.header("accept"));
            ByteArrayOutputStream body = new ByteArrayOutputStream(INITIAL_BUFFER_BYTES);
            writer.write(body, metrics.collect(token != null));
            return new Reply(Reply.OK, writer.getContentType(), body.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            metricsRequests.release();
        }
    }

    /** Selects a text format. The protobuf format would require a library of 2 MB. */
    private ExpositionFormatWriter negotiateFormat(@Nullable String accepted) {
        ExpositionFormatWriter openMetrics = formats.getOpenMetricsTextFormatWriter();
        return accepted != null && openMetrics.accepts(accepted)
                ? openMetrics
                : formats.getPrometheusTextFormatWriter();
    }

    /** Returns an empty string if the event thread is responsive, or else the reason. */
    private String stalledReason() {
        long ageNanos = nanoTime.getAsLong() - snapshots.get().collectedNanos();
        return ageNanos < STALLED_NANOS
                ? ""
                : "the event thread has been stalled for " + ageNanos / 1_000_000_000L + " s";
    }

    /** Returns an empty string if events are captured and rules are enabled, or else the reason. */
    private String notReadyReason() {
        MetricsSnapshot current = snapshots.get();
        if (!current.capturing()) {
            return "event capture has not started";
        }
        if (current.rules() == 0) {
            return "no rule is enabled";
        }
        String stalled = stalledReason();
        return stalled.isEmpty() ? warning() : stalled;
    }

    /**
     * Returns an empty string, or a problem that a restart would make worse: it would lose the alerts that wait in memory, and would
     * end while the disk hangs.
     */
    private String warning() {
        PendingStatus pending = snapshots.get().pending();
        return pending.isHanging()
                ? "the spool's disk has not answered for " + pending.writingNanos() / 1_000_000_000L + " s, "
                        + pending.waiting() + " alerts wait in memory"
                : "";
    }

    private static Reply health(String problem, String warning) {
        String ok = warning.isEmpty() ? "ok" : "ok, but " + warning;
        return problem.isEmpty() ? Reply.text(Reply.OK, ok) : Reply.text(Reply.UNAVAILABLE, problem);
    }

    /** Stops immediately and closes all connections. */
    @Override
    public void close() {
        listeners.forEach(HttpListener::close);
    }
}
