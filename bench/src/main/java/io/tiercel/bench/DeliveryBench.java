package io.tiercel.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tiercel.bench.progress.BenchSteps;
import io.tiercel.http.TlsFiles;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.output.HttpBatchTarget;
import io.tiercel.sensor.output.ServerUrl;
import io.tiercel.sensor.output.Shipper;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpoolOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Measures how many alerts per second pass through the spool and over HTTP to a server in the same process. An alert
 * is written as JSON, appended, read, posted in a batch, counted by the server and acknowledged.
 *
 * <p>The argument is the number of alerts per round, 1,000 to 10,000,000. The first of five rounds is a warm-up.
 */
public final class DeliveryBench {
    private static final int ALERTS = 200_000;
    private static final int ROUNDS = 5;
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private DeliveryBench() {}

    /**
     * Runs the benchmark and prints a table.
     *
     * @throws IOException if the server or the spool folder cannot be created
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, SpoolException {
        int alerts = ALERTS;
        try {
            alerts = arguments.length == 0 ? ALERTS : Integer.parseInt(arguments[0]);
        } catch (NumberFormatException e) {
            alerts = 0;
        }
        if (alerts < 1_000 || alerts > 10_000_000) {
            System.err.println("invalid argument: the number of alerts per round must be between 1000 and 10000000");
            System.exit(2);
        }
        BenchSteps steps = new BenchSteps("delivery", ROUNDS);
        List<String> rows = new ArrayList<>();
        rows.add("| Round | Alerts | Bytes per alert | Appended per second | Delivered per second |");
        rows.add("|---|---|---|---|---|");
        for (int round = 0; round < ROUNDS; round++) {
            String name = round == 0 ? "warm-up" : "round " + round;
            steps.next(name);
            Path folder = Files.createTempDirectory("tiercel-bench");
            try {
                rows.add("| " + name + measure(folder, alerts));
            } finally {
                delete(folder);
            }
        }
        rows.forEach(System.out::println);
    }

    private static String measure(Path folder, int alerts) throws IOException, InterruptedException, SpoolException {
        AtomicLong received = new AtomicLong();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Spool spool = Spool.open(folder, SpoolOptions.defaults())) {
            server.setExecutor(threads);
            server.createContext("/alerts", exchange -> receive(exchange, received));
            server.start();
            ServerUrl address =
                    ServerUrl.parse("http://127.0.0.1:" + server.getAddress().getPort());
            Shipper shipper = Shipper.start(spool, new HttpBatchTarget(address, Map.of(), TlsFiles.none()), folder);
            long start = System.nanoTime();
            long bytes = append(spool, alerts);
            long appended = System.nanoTime();
            if (!shipper.stop(TIMEOUT) || received.get() != alerts) {
                throw new IllegalStateException("received " + received.get() + " of " + alerts + " alerts");
            }
            long delivered = System.nanoTime();
            return String.format(
                    " | %,d | %,d | %,d | %,d |",
                    alerts, bytes / alerts, perSecond(alerts, appended - start), perSecond(alerts, delivered - start));
        } finally {
            server.stop(0);
        }
    }

    private static long append(Spool spool, int alerts) throws SpoolException {
        AlertJson json = AlertJson.defaults();
        TreeMap<String, Object> fields = new TreeMap<>();
        fields.put("proc.name", "cat");
        fields.put("proc.cmdline", "cat /etc/shadow");
        fields.put("proc.pname", "bash");
        fields.put("user.name", "root");
        fields.put("fd.name", "/etc/shadow");
        fields.put("container.id", "host");
        long bytes = 0;
        for (int i = 0; i < alerts; i++) {
            byte[] bytesOfAlert = json.writeBytes(new Alert(
                    "node-1/0b5a1f6e-5f0a-4a1e-8d5e-2f7c3b9d1e42/" + i,
                    "node-1",
                    1_800_000_000_000_000_000L + i,
                    Priority.WARNING,
                    "Read sensitive file untrusted",
                    "syscall",
                    List.of("T1555", "container", "filesystem", "host", "mitre_credential_access"),
                    "Sensitive file opened for reading by non-trusted program | file=/etc/shadow process=cat user=root",
                    fields));
            spool.append(bytesOfAlert);
            bytes += bytesOfAlert.length;
        }
        return bytes;
    }

    /** Parses and counts the alerts of a batch, like a real server. */
    private static void receive(HttpExchange exchange, AtomicLong received) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            received.addAndGet(
                    AlertJson.readBatch(body, HttpBatchTarget.MAX_ALERTS).size());
            exchange.sendResponseHeaders(202, -1);
        } catch (InvalidAlertException e) {
            throw new IOException(e);
        }
    }

    private static long perSecond(int alerts, long nanos) {
        return Math.round(alerts * 1e9 / nanos);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
