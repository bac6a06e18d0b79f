package io.tiercel.sensor.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
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
 * {@code /metrics} for Prometheus, {@code /healthz} for whoever has to know whether the sensor is alive, and {@code
 * /readyz} whether it watches.
 *
 * <p>What is served lies ready, so a request never waits for the sensor nor the sensor for a request. There is a limit to
 * the connections, to the time that a client may take, and to the answers that are written at the same time.
 */
public final class MetricsServer implements AutoCloseable {
    private static final String CONNECTIONS = "64";
    private static final String CLIENT_SECONDS = "5";
    private static final int ANSWERS_AT_ONCE = 2;
    private static final int BACKLOG = 64;
    private static final int INITIAL_BYTES = 16 << 10;
    private static final String PLAIN = "text/plain; charset=utf-8";

    /** The sensor's loop takes figures each second; without new ones for so long it is stuck. */
    private static final long STUCK_NANOS = 10_000_000_000L;

    static {
        // Limits of the server in the JDK (module jdk.httpserver), which it reads once.
        System.setProperty("jdk.httpserver.maxConnections", CONNECTIONS);
        System.setProperty("sun.net.httpserver.maxReqTime", CLIENT_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", CLIENT_SECONDS);
        System.setProperty("sun.net.httpserver.idleInterval", CLIENT_SECONDS);
        System.setProperty("sun.net.httpserver.maxReqHeaders", "50");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Supplier<MetricsSnapshot> figures;
    private final SensorMetrics metrics;
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final Semaphore answers = new Semaphore(ANSWERS_AT_ONCE);

    /**
     * Starts to serve.
     *
     * @throws IOException if the address cannot be taken
     */
    public static MetricsServer start(MetricsAddress address, MetricsCollector figures) throws IOException {
        return start(address, figures::latest);
    }

    static MetricsServer start(MetricsAddress address, Supplier<MetricsSnapshot> figures) throws IOException {
        return new MetricsServer(HttpServer.create(address.socket(), BACKLOG), figures);
    }

    private MetricsServer(HttpServer server, Supplier<MetricsSnapshot> figures) {
        this.server = server;
        this.figures = figures;
        this.metrics = new SensorMetrics(figures);
        // One for each connection, of which there are few: those of slow clients hold up nobody.
        this.threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("metrics-", 0).factory());
        server.createContext(
                "/", exchange -> answer(exchange, 404, PLAIN, text("there are /metrics, /healthz and /readyz")));
        server.createContext("/metrics", this::metrics);
        server.createContext("/healthz", exchange -> say(exchange, stuck()));
        server.createContext("/readyz", exchange -> say(exchange, notReady()));
        server.setExecutor(threads);
        server.start();
    }

    /** Where it serves; the port is the real one. */
    public MetricsAddress address() {
        return new MetricsAddress((InetSocketAddress) server.getAddress());
    }

    private void metrics(HttpExchange exchange) throws IOException {
        if (!isRead(exchange)) {
            answer(exchange, 405, PLAIN, text("metrics can only be read"));
            return;
        }
        if (!answers.tryAcquire()) {
            answer(exchange, 503, PLAIN, text("others are being answered, try again"));
            return;
        }
        try {
            ExpositionFormatWriter writer = writer(exchange.getRequestHeaders().getFirst("Accept"));
            ByteArrayOutputStream body = new ByteArrayOutputStream(INITIAL_BYTES);
            writer.write(body, metrics.collect());
            answer(exchange, 200, writer.getContentType(), body.toByteArray());
        } finally {
            answers.release();
        }
    }

    /** A text format in any case: the other would take a library of 2 MB. */
    private ExpositionFormatWriter writer(@Nullable String accepted) {
        ExpositionFormatWriter newer = formats.getOpenMetricsTextFormatWriter();
        return accepted != null && newer.accepts(accepted) ? newer : formats.getPrometheusTextFormatWriter();
    }

    /** Empty if the sensor's loop comes round. */
    private String stuck() {
        long ageNanos = System.nanoTime() - figures.get().takenNanos();
        return ageNanos < STUCK_NANOS ? "" : "no event was looked at for " + ageNanos / 1_000_000_000L + " s";
    }

    /** Empty if events are captured and there are rules for them. */
    private String notReady() {
        MetricsSnapshot now = figures.get();
        if (!now.capturing()) {
            return "capturing has not begun";
        }
        return now.rules() == 0 ? "no rule is in force" : stuck();
    }

    private static void say(HttpExchange exchange, String problem) throws IOException {
        answer(exchange, problem.isEmpty() ? 200 : 503, PLAIN, text(problem.isEmpty() ? "ok" : problem));
    }

    private static boolean isRead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("GET")
                || exchange.getRequestMethod().equals("HEAD");
    }

    private static byte[] text(String line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        try (exchange) {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    /** Stops at once, in the middle of answers too. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
