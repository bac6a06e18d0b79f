package io.tiercel.bench.functions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The client of the throughput benchmark, a process of its own: posts alerts over several connections, waits until the server has counted
 * them, and prints one line, a {@link Result}. It prepares all requests before it starts its clock.
 *
 * <p>Arguments: port, connections, alerts, alerts per request, causes, a name for the rules, and {@code counted} or {@code accepted}
 * for the end of the measurement. The operators' token is in {@link ServerProcess#TOKEN_VARIABLE}.
 */
final class LoadGenerator {
    private static final int POLL_MILLIS = 10;
    private static final int CONNECTION_TIMEOUT_MILLIS = 60_000;

    /** Alerts that warm up every class of this program and are not measured. */
    private static final int WARM_UP_POSTS = 20;

    private LoadGenerator() {}

    /**
     * The result of one run.
     *
     * @param acceptedNanos time from the first request to the last response
     * @param countedNanos time from the first request until all alerts were counted
     * @param p50Nanos median duration of a request
     * @param p99Nanos 99th percentile of the duration of a request
     */
    record Result(long acceptedNanos, long countedNanos, long p50Nanos, long p99Nanos) {
        private String line() {
            return acceptedNanos + " " + countedNanos + " " + p50Nanos + " " + p99Nanos;
        }

        /** Reads the line that the program printed. */
        static Result parse(String line) {
            long[] values = Arrays.stream(line.strip().split(" "))
                    .mapToLong(Long::parseLong)
                    .toArray();
            return new Result(values[0], values[1], values[2], values[3]);
        }
    }

    /**
     * Runs the client.
     *
     * @throws IOException if a request fails
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        int port = Integer.parseInt(arguments[0]);
        int connections = Integer.parseInt(arguments[1]);
        int alerts = Integer.parseInt(arguments[2]);
        int batch = Integer.parseInt(arguments[3]);
        int causes = Integer.parseInt(arguments[4]);
        String name = arguments[5];
        boolean waitUntilCounted = arguments[6].equals("counted");

        List<byte[]> warmUp = requests(WARM_UP_POSTS, 1, 1, name + "-WarmUp");
        List<byte[]> requests = requests(alerts, batch, causes, name);
        try (HttpConnection control = new HttpConnection(port, CONNECTION_TIMEOUT_MILLIS)) {
            for (byte[] request : warmUp) {
                control.post(request);
            }
            long before = 0;
            if (waitUntilCounted) {
                before = counted(control);
                long settled;
                while ((settled = counted(control)) > before) {
                    before = settled;
                    Thread.sleep(POLL_MILLIS);
                }
            }
            long start = System.nanoTime();
            long[] latencies = post(port, connections, requests);
            long accepted = System.nanoTime() - start;
            while (waitUntilCounted && counted(control) < before + alerts) {
                Thread.sleep(POLL_MILLIS);
            }
            long counted = System.nanoTime() - start;
            Arrays.sort(latencies);
            System.out.println(new Result(
                            accepted,
                            counted,
                            latencies[latencies.length / 2],
                            latencies[(int) (latencies.length * 0.99)])
                    .line());
        }
    }

    private static List<byte[]> requests(int alerts, int batch, int causes, String name) {
        List<byte[]> requests = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        for (int number = 0; number < alerts; number++) {
            body.append(SampleAlerts.alert(name, name + "-" + number % causes, number));
            if ((number + 1) % batch == 0 || number + 1 == alerts) {
                requests.add(HttpConnection.post("/alerts", body.toString().getBytes(StandardCharsets.UTF_8)));
                body.setLength(0);
            } else {
                body.append('\n');
            }
        }
        return requests;
    }

    private static long[] post(int port, int connections, List<byte[]> requests)
            throws InterruptedException, ExecutionException {
        long[] latencies = new long[requests.size()];
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
            List<Future<Integer>> done = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                Callable<Integer> client = () -> {
                    try (HttpConnection connection = new HttpConnection(port, CONNECTION_TIMEOUT_MILLIS)) {
                        int posted = 0;
                        for (int index = next.getAndIncrement();
                                index < latencies.length;
                                index = next.getAndIncrement()) {
                            long start = System.nanoTime();
                            connection.post(requests.get(index));
                            latencies[index] = System.nanoTime() - start;
                            posted++;
                        }
                        return posted;
                    }
                };
                done.add(threads.submit(client));
            }
            for (Future<Integer> client : done) {
                client.get();
            }
        }
        return latencies;
    }

    private static long counted(HttpConnection control) throws IOException {
        return control.get("/metrics", System.getenv().getOrDefault(ServerProcess.TOKEN_VARIABLE, ""))
                .lines()
                .filter(line -> line.startsWith("tiercel_functions_alerts_counted_total "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }
}
