package io.tiercel.bench.functions;

import io.tiercel.bench.live.Machine;
import io.tiercel.bench.progress.BenchSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Measures the packaged functions and prints a report in Markdown:
 *
 * <ul>
 *   <li>throughput of the local server, compared with {@link StorePeer}
 *   <li>latency from an alert to its stored plan
 *   <li>with {@code --cold-starts}, cold start of a Lambda function with and without an AOT cache
 * </ul>
 */
public final class FunctionsBench {
    private static final int DEFAULT_ALERTS = 20_000;
    private static final int MIN_ALERTS = 1_000;
    private static final int MAX_ALERTS = 1_000_000;
    private static final int DEFAULT_ROUNDS = 5;
    private static final int MAX_ROUNDS = 100;
    private static final int PLANS = 200;
    private static final int WARM_UP = 50;
    private static final int STARTS = 11;
    private static final String USAGE = "usage: bench functions [--alerts 1000 to 1000000] [--rounds 1 to 100]"
            + " [--compare QUARKUS_APP] [--cold-starts] [--out FILE]";
    private static final String POLICIES = """
            - policy: Contain
              desc: isolate the attacked workload
              match: {priority: warning}
              actions: [k8s:isolate-pod, ec2:isolate]
            """;

    private FunctionsBench() {}

    /**
     * The arguments.
     *
     * @param alerts alerts in each run
     * @param rounds number of rounds
     * @param compare the packaged server of another build, which takes part in every round; null for none
     * @param coldStarts whether to measure cold starts too
     * @param out file for the report; null for none
     */
    private record Arguments(
            int alerts,
            int rounds,
            @Nullable Path compare,
            boolean coldStarts,
            @Nullable Path out) {
        static Arguments parse(String... arguments) {
            int alerts = DEFAULT_ALERTS;
            int rounds = DEFAULT_ROUNDS;
            Path compare = null;
            boolean coldStarts = false;
            Path out = null;
            Iterator<String> rest = Arrays.asList(arguments).iterator();
            while (rest.hasNext()) {
                switch (rest.next()) {
                    case "--alerts" -> alerts = Integer.parseInt(rest.next());
                    case "--rounds" -> rounds = Integer.parseInt(rest.next());
                    case "--compare" -> compare = Path.of(rest.next());
                    case "--cold-starts" -> coldStarts = true;
                    case "--out" -> out = Path.of(rest.next());
                    default -> throw new IllegalArgumentException();
                }
            }
            if (alerts < MIN_ALERTS || alerts > MAX_ALERTS || rounds < 1 || rounds > MAX_ROUNDS) {
                throw new IllegalArgumentException();
            }
            return new Arguments(alerts, rounds, compare, coldStarts, out);
        }
    }

    /**
     * Runs the benchmark.
     *
     * @throws IOException if a process cannot be started or does not respond
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Arguments options;
        try {
            options = Arguments.parse(arguments);
        } catch (IllegalArgumentException | NoSuchElementException e) {
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        Machine machine = Machine.detect();
        String title = String.format(
                Locale.ROOT,
                "# Functions benchmark%n%nMachine: %s, %d CPUs, kernel %s, Java %s, load before %.1f. Rounds: %d, each with %,d alerts in posts of"
                        + " 100 and a fifth of it in single posts. The servers and the client are processes of their own.%n%n",
                machine.processor(),
                machine.cpus(),
                machine.kernel(),
                Runtime.version(),
                machine.load(),
                options.rounds(),
                options.alerts());
        BenchSteps steps = new BenchSteps(
                "functions", Throughput.stepsOf(options.rounds()) + 1 + (options.coldStarts() ? STARTS + 1 : 0));
        String report = title + throughput(options, steps) + "\n" + latency(steps)
                + (options.coldStarts() ? "\n" + coldStarts(steps) : "");
        System.out.print(report);
        if (options.out() != null) {
            Files.writeString(options.out(), report);
        }
    }

    private static String throughput(Arguments options, BenchSteps steps) throws IOException, InterruptedException {
        Path compare = options.compare();
        try (LocalServer own = LocalServer.start(LocalServer.APP, POLICIES);
                ServerProcess peer = StorePeer.start();
                LocalServer compared = compare == null ? null : LocalServer.start(compare, POLICIES)) {
            Throughput throughput = new Throughput(options.alerts(), steps);
            throughput.add("this build", own.process(), true);
            throughput.add("only stores posts", peer, false);
            if (compared != null) {
                throughput.add("compared build", compared.process(), true);
            }
            throughput.warmUp();
            for (int round = 0; round < options.rounds(); round++) {
                throughput.round();
            }
            return throughput.report();
        }
    }

    private static String latency(BenchSteps steps) throws IOException, InterruptedException {
        steps.next("latency of plans");
        long[] nanos = new long[PLANS];
        try (LocalServer server = LocalServer.start(LocalServer.APP, POLICIES)) {
            for (int i = -WARM_UP; i < PLANS; i++) {
                long elapsed = timeToPlan(server, "Plan" + (i + WARM_UP));
                if (i >= 0) {
                    nanos[i] = elapsed;
                }
            }
        }
        Percentiles latencies = Percentiles.of(nanos);
        return String.format(
                Locale.ROOT,
                "| From posting an alert until its plan is stored | Incidents | p50, ms | p99, ms | max, ms |%n"
                        + "|---|---|---|---|---|%n| one at a time | %d | %s | %s | %s |%n",
                PLANS,
                latencies.millis(0.5),
                latencies.millis(0.99),
                latencies.millis(1));
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

    private static String coldStarts(BenchSteps steps) throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder(
                "| Function enrich, from process start | Starts | first request for an event, ms: p50 | first response, ms: min"
                        + " | p50 | max | second event, ms: p50 |\n|---|---|---|---|---|---|---|\n");
        try (ColdStart function = new ColdStart(LambdaFunction.ENRICH.zip(), LambdaFunction.ENRICH)) {
            steps.next("making an AOT cache of a function");
            function.train();
            List<ColdStart.StartTimes> plain = new ArrayList<>();
            List<ColdStart.StartTimes> cached = new ArrayList<>();
            for (int i = 0; i < STARTS; i++) {
                steps.next("cold starts, round " + (i + 1));
                plain.add(function.start(false));
                cached.add(function.start(true));
            }
            text.append(row("without an AOT cache", plain));
            text.append(row(
                    String.format(Locale.ROOT, "with an AOT cache of %d MB", function.cacheBytes() / 1_000_000),
                    cached));
        }
        return text + "\nSnapStart exists only on AWS and was not measured.\n";
    }

    private static String row(String name, List<ColdStart.StartTimes> starts) {
        Percentiles first = percentiles(starts, ColdStart.StartTimes::first);
        return String.format(
                Locale.ROOT,
                "| %s | %d | %s | %s | %s | %s | %s |%n",
                name,
                starts.size(),
                percentiles(starts, ColdStart.StartTimes::init).millis(0.5),
                first.millis(0),
                first.millis(0.5),
                first.millis(1),
                percentiles(starts, ColdStart.StartTimes::second).millis(0.5));
    }

    private static Percentiles percentiles(
            List<ColdStart.StartTimes> starts, ToLongFunction<ColdStart.StartTimes> time) {
        return Percentiles.of(starts.stream().mapToLong(time).toArray());
    }
}
