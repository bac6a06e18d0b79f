package io.tiercel.sensor.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.tiercel.sensor.delivery.PendingStatus;
import io.tiercel.sensor.thread.SupervisedThreads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP server with {@code /metrics} for Prometheus, {@code /healthz} for liveness and {@code /readyz} for readiness.
 *
 * <p>Responses are built from a finished snapshot, so requests and the event thread never wait for each other.
 * Connections, client timeouts and concurrent responses are limited.
 */
public final class MetricsServer implements AutoCloseable {
    private static final String MAX_CONNECTIONS = "64";
    private static final String CLIENT_TIMEOUT_SECONDS = "5";
    private static final int MAX_METRICS_REQUESTS = 2;
    private static final int BACKLOG = 64;
    private static final int INITIAL_BUFFER_BYTES = 16 << 10;
    private static final String PLAIN = "text/plain; charset=utf-8";

    /** The event thread takes a snapshot every second. Without a new one for this long, it counts as stalled. */
    private static final long STALLED_NANOS = 10_000_000_000L;

    static {
        // Limits of the JDK's HTTP server (module jdk.httpserver), which reads them once.
        System.setProperty("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
        System.setProperty("sun.net.httpserver.maxReqTime", CLIENT_TIMEOUT_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", CLIENT_TIMEOUT_SECONDS);
        System.setProperty("sun.net.httpserver.idleInterval", CLIENT_TIMEOUT_SECONDS);
        System.setProperty("sun.net.httpserver.maxReqHeaders", "50");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Supplier<MetricsSnapshot> snapshots;
    private final SensorMetrics metrics;
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final Semaphore metricsRequests = new Semaphore(MAX_METRICS_REQUESTS);

    /**
     * Starts a server.
     *
     * @throws IOException if the address cannot be bound
     */
    public static MetricsServer start(MetricsAddress address, MetricsCollector collector) throws IOException {
        return start(address, collector::latest);
    }

    static MetricsServer start(MetricsAddress address, Supplier<MetricsSnapshot> snapshots) throws IOException {
        return new MetricsServer(HttpServer.create(address.socket(), BACKLOG), snapshots);
    }

    private MetricsServer(HttpServer server, Supplier<MetricsSnapshot> snapshots) {
        this.server = server;
        this.snapshots = snapshots;
        this.metrics = new SensorMetrics(snapshots);
        // One virtual thread per connection, so that slow clients do not delay others.
        this.threads = Executors.newThreadPerTaskExecutor(SupervisedThreads.virtualFactory("metrics-"));
        server.createContext(
                "/", exchange -> respond(exchange, 404, PLAIN, text("not found; use /metrics, /healthz or /readyz")));
        server.createContext("/metrics", this::metrics);
        server.createContext("/healthz", exchange -> respondHealth(exchange, stalledReason(), warning()));
        server.createContext("/readyz", exchange -> respondHealth(exchange, notReadyReason(), ""));
        server.setExecutor(threads);
        server.start();
    }

    /** Returns the bound address with the actual port. */
    public MetricsAddress address() {
        return new MetricsAddress((InetSocketAddress) server.getAddress());
    }

    private void metrics(HttpExchange exchange) throws IOException {
        if (!isGetOrHead(exchange)) {
            respond(exchange, 405, PLAIN, text("method not allowed; use GET or HEAD"));
            return;
        }
        if (!metricsRequests.tryAcquire()) {
            respond(exchange, 503, PLAIN, text("too many concurrent requests, try again"));
            return;
        }
        try {
            ExpositionFormatWriter writer =
                    negotiateFormat(exchange.getRequestHeaders().getFirst("Accept"));
            ByteArrayOutputStream body = new ByteArrayOutputStream(INITIAL_BUFFER_BYTES);
            writer.write(body, metrics.collect());
            respond(exchange, 200, writer.getContentType(), body.toByteArray());
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
        long ageNanos = System.nanoTime() - snapshots.get().collectedNanos();
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

    private static void respondHealth(HttpExchange exchange, String problem, String warning) throws IOException {
        String ok = warning.isEmpty() ? "ok" : "ok, but " + warning;
        respond(exchange, problem.isEmpty() ? 200 : 503, PLAIN, text(problem.isEmpty() ? ok : problem));
    }

    private static boolean isGetOrHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("GET")
                || exchange.getRequestMethod().equals("HEAD");
    }

    private static byte[] text(String line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void respond(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        try (exchange) {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    /** Stops immediately and aborts running requests. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
