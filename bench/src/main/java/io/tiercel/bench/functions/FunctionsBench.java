package io.tiercel.bench.functions;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures the packaged functions and prints three tables.
 *
 * <ul>
 *   <li>throughput of the local server
 *   <li>latency from an alert to its stored plan
 *   <li>cold start of a Lambda function with and without an AOT cache
 * </ul>
 *
 * <p>The argument is the number of alerts per round, 1,000 to 1,000,000.
 */
public final class FunctionsBench {
    private static final int ALERTS = 20_000;
    private static final int BATCH = 100;
    private static final int CONNECTIONS = 4;
    private static final int PLANS = 200;
    private static final int WARM_UP = 50;
    private static final int STARTS = 11;
    private static final String POLICIES = """
            - policy: Contain
              desc: isolate the attacked workload
              match: {priority: warning}
              actions: [k8s:isolate-pod, ec2:isolate]
            """;

    private FunctionsBench() {}

    /**
     * Runs the benchmark.
     *
     * @throws IOException if a process cannot be started or does not respond
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        int alerts = ALERTS;
        try {
            alerts = arguments.length == 0 ? ALERTS : Integer.parseInt(arguments[0]);
        } catch (NumberFormatException e) {
            alerts = 0;
        }
        if (alerts < 1_000 || alerts > 1_000_000) {
            System.err.println("invalid argument: the number of alerts per round must be between 1000 and 1000000");
            System.exit(2);
        }
        throughput(alerts);
        latency();
        coldStarts();
    }

    private static void throughput(int alerts) throws IOException, InterruptedException, ExecutionException {
        System.out.println("| Local server | Alerts | Accepted per second | Counted per second |");
        System.out.println("|---|---|---|---|");
        try (LocalServer server = LocalServer.start(POLICIES)) {
            long counted = row(server, "warm-up", alerts, 0, _ -> "WarmUp");
            counted = row(server, "one cause", alerts, counted, _ -> "OneCause");
            counted = row(server, "one cause, again", alerts, counted, _ -> "OneMore");
            row(server, "1,000 causes", alerts, counted, number -> "Cause" + number % 1_000);
        }
        System.out.println();
    }

    private static long row(LocalServer server, String name, int alerts, long countedBefore, IntFunction<String> rule)
            throws IOException, InterruptedException, ExecutionException {
        List<String> batches = IntStream.range(0, (alerts + BATCH - 1) / BATCH)
                .mapToObj(batch -> IntStream.range(batch * BATCH, Math.min(alerts, (batch + 1) * BATCH))
                        .mapToObj(number -> SampleAlerts.alert(name, rule.apply(number), number))
                        .collect(Collectors.joining("\n")))
                .toList();
        long startNanos = System.nanoTime();
        try (ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS)) {
            List<Future<?>> posts = new ArrayList<>();
            for (String batch : batches) {
                Callable<?> post = () -> {
                    server.post(batch);
                    return batch;
                };
                posts.add(connections.submit(post));
            }
            for (Future<?> post : posts) {
                post.get();
            }
        }
        long accepted = System.nanoTime();
        while (server.counted() < countedBefore + alerts) {
            Thread.sleep(20);
        }
        long counted = System.nanoTime();
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %,d | %,d |%n",
                name,
                alerts,
                perSecond(alerts, accepted - startNanos),
                perSecond(alerts, counted - startNanos));
        return countedBefore + alerts;
    }

    private static long perSecond(int alerts, long nanos) {
        return Math.round(alerts * 1e9 / nanos);
    }

    private static void latency() throws IOException, InterruptedException {
        long[] nanos = new long[PLANS];
        try (LocalServer server = LocalServer.start(POLICIES)) {
            for (int i = -WARM_UP; i < PLANS; i++) {
                long elapsed = timeToPlan(server, "Plan" + (i + WARM_UP));
                if (i >= 0) {
                    nanos[i] = elapsed;
                }
            }
        }
        Percentiles latencies = Percentiles.of(nanos);
        System.out.println(
                "| From posting an alert until its plan is stored | Incidents | p50, ms | p99, ms | max, ms |");
        System.out.println("|---|---|---|---|---|");
        System.out.printf(
                "| one at a time | %d | %s | %s | %s |%n%n",
                PLANS, latencies.millis(0.5), latencies.millis(0.99), latencies.millis(1));
    }

    private static long timeToPlan(LocalServer server, String rule) throws IOException, InterruptedException {
        String alert = SampleAlerts.alert(rule, rule, 1);
        long startNanos = System.nanoTime();
        server.post(alert);
        String incident = null;
        while (incident == null) {
            Thread.sleep(1);
            incident = server.incidentOf(rule).orElse(null);
        }
        while (!server.isPlanned(incident)) {
            Thread.sleep(1);
        }
        return System.nanoTime() - startNanos;
    }

    private static void coldStarts() throws IOException, InterruptedException {
        System.out.println(
                "| Function enrich, from process start | Starts | first request for an event, ms: p50 | first response, ms: min"
                        + " | p50 | max | second event, ms: p50 |");
        System.out.println("|---|---|---|---|---|---|---|");
        try (ColdStart function = new ColdStart(LambdaFunction.ENRICH.zip(), LambdaFunction.ENRICH)) {
            function.train();
            List<ColdStart.StartTimes> plain = new ArrayList<>();
            List<ColdStart.StartTimes> cached = new ArrayList<>();
            for (int i = 0; i < STARTS; i++) {
                plain.add(function.start(false));
                cached.add(function.start(true));
            }
            row("without an AOT cache", plain);
            row(String.format(Locale.ROOT, "with an AOT cache of %d MB", function.cacheBytes() / 1_000_000), cached);
        }
        System.out.println();
        System.out.println("SnapStart exists only on AWS and was not measured.");
    }

    private static void row(String name, List<ColdStart.StartTimes> starts) {
        Percentiles first = Percentiles.of(
                starts.stream().mapToLong(ColdStart.StartTimes::first).toArray());
        System.out.printf(
                "| %s | %d | %s | %s | %s | %s | %s |%n",
                name,
                starts.size(),
                Percentiles.of(starts.stream()
                                .mapToLong(ColdStart.StartTimes::init)
                                .toArray())
                        .millis(0.5),
                first.millis(0),
                first.millis(0.5),
                first.millis(1),
                Percentiles.of(starts.stream()
                                .mapToLong(ColdStart.StartTimes::second)
                                .toArray())
                        .millis(0.5));
    }
}
