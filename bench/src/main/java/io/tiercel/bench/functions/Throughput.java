package io.tiercel.bench.functions;

import io.tiercel.bench.progress.BenchSteps;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The throughput of servers under several loads, in interleaved rounds: every round runs each load on each server in turn, so that
 * a change of the machine's load affects all of them. The servers keep running, and {@link LoadGenerator} is another process.
 */
final class Throughput {
    /** The loads. */
    private enum Load {
        ONE_CAUSE("one cause, posts of 100", 4, 1.0, 100, 1),
        MANY_CAUSES("5,000 causes, posts of 100", 4, 1.0, 100, 5_000),
        SINGLE_POSTS("one cause, single posts", 32, 0.2, 1, 1);

        private final String title;
        private final int connections;
        private final double share;
        private final int batch;
        private final int causes;

        Load(String title, int connections, double share, int batch, int causes) {
            this.title = title;
            this.connections = connections;
            this.share = share;
            this.batch = batch;
            this.causes = causes;
        }
    }

    /**
     * A measured run.
     *
     * @param alertsPerSecond alerts counted, or stored by a server that does not count
     * @param acceptedPerSecond alerts whose posts were answered
     * @param p50Millis median duration of a post
     * @param p99Millis 99th percentile of the duration of a post
     * @param cpuMicros CPU time of the server for each alert, in user space and in the kernel
     */
    private record Run(
            double alertsPerSecond, double acceptedPerSecond, double p50Millis, double p99Millis, double cpuMicros) {}

    private record Key(Load load, String server) {}

    private final int alerts;
    private final BenchSteps steps;
    private final Map<String, ServerProcess> servers = new LinkedHashMap<>();
    private final Map<String, Boolean> counts = new LinkedHashMap<>();
    private final Map<Key, List<Run>> runs = new LinkedHashMap<>();
    private int number;
    private int round;

    /**
     * Measures nothing yet.
     *
     * @param alerts alerts in each run; single posts have a fifth of it
     * @param steps shows the progress: a step for each load of the warm-up and of each round
     */
    Throughput(int alerts, BenchSteps steps) {
        this.alerts = alerts;
        this.steps = steps;
    }

    /** Returns the number of steps of a measurement. */
    static int stepsOf(int rounds) {
        return Load.values().length * (1 + rounds);
    }

    /**
     * Adds a server.
     *
     * @param counting whether a run ends when its metrics show that all alerts are counted, not when all posts are answered
     */
    void add(String name, ServerProcess server, boolean counting) {
        servers.put(name, server);
        counts.put(name, counting);
    }

    /** Warms up all servers with each load. */
    void warmUp() throws IOException, InterruptedException {
        for (Load load : Load.values()) {
            steps.next("warm-up, " + load.title);
            for (String server : servers.keySet()) {
                run(load, server);
            }
        }
    }

    /** Measures one round. */
    void round() throws IOException, InterruptedException {
        round++;
        for (Load load : Load.values()) {
            steps.next("round " + round + ", " + load.title);
            for (String server : servers.keySet()) {
                runs.computeIfAbsent(new Key(load, server), _ -> new ArrayList<>())
                        .add(run(load, server));
            }
        }
    }

    private Run run(Load load, String name) throws IOException, InterruptedException {
        ServerProcess server = server(name);
        int posted = (int) (alerts * load.share);
        double cpuBefore = server.cpuSeconds();
        ProcessBuilder generator = new ProcessBuilder(ServerProcess.java(List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadGenerator.class.getName(),
                        Integer.toString(server.port()),
                        Integer.toString(load.connections),
                        Integer.toString(posted),
                        Integer.toString(load.batch),
                        Integer.toString(load.causes),
                        "Run" + number++,
                        Boolean.TRUE.equals(counts.get(name)) ? "counted" : "accepted")))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        generator.environment().put(ServerProcess.TOKEN_VARIABLE, ServerProcess.TOKEN);
        Process process = generator.start();
        String line;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            line = output.readLine();
        }
        if (process.waitFor() != 0 || line == null) {
            throw new IOException("the load generator failed with " + name);
        }
        LoadGenerator.Result result = LoadGenerator.Result.parse(line);
        return new Run(
                posted * 1e9 / result.countedNanos(),
                posted * 1e9 / result.acceptedNanos(),
                result.p50Nanos() / 1e6,
                result.p99Nanos() / 1e6,
                (server.cpuSeconds() - cpuBefore) * 1e6 / posted);
    }

    private ServerProcess server(String name) {
        ServerProcess server = servers.get(name);
        if (server == null) {
            throw new IllegalArgumentException(name);
        }
        return server;
    }

    /** Returns the results as Markdown tables, with medians of the rounds. */
    String report() throws IOException {
        StringBuilder text = new StringBuilder("""
                | Load | Server | Alerts per second: median | minimum | maximum | Accepted per second | Post, ms: p50 | p99 | CPU of the server, µs per alert |
                |---|---|---|---|---|---|---|---|---|
                """);
        for (Load load : Load.values()) {
            for (String server : servers.keySet()) {
                List<Run> rounds = rounds(load, server);
                text.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %,.0f | %,.0f | %,.0f | %,.0f | %.1f | %.1f | %.0f |%n",
                        load.title,
                        server,
                        median(rounds, Run::alertsPerSecond),
                        rounds.stream().mapToDouble(Run::alertsPerSecond).min().orElse(0),
                        rounds.stream().mapToDouble(Run::alertsPerSecond).max().orElse(0),
                        median(rounds, Run::acceptedPerSecond),
                        median(rounds, Run::p50Millis),
                        median(rounds, Run::p99Millis),
                        median(rounds, Run::cpuMicros)));
            }
        }
        text.append("\n| Server | Peak resident memory, MiB |\n|---|---|\n");
        for (Map.Entry<String, ServerProcess> server : servers.entrySet()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %d |%n",
                    server.getKey(),
                    server.getValue().peakMebibytes()));
        }
        String own = servers.keySet().iterator().next();
        text.append("\n| Load | " + own
                + " compared with | Ratio of the medians: alerts per second | CPU |\n|---|---|---|---|\n");
        for (Load load : Load.values()) {
            for (String server : servers.keySet()) {
                if (!server.equals(own)) {
                    text.append(String.format(
                            Locale.ROOT,
                            "| %s | %s | %.2f | %.2f |%n",
                            load.title,
                            server,
                            ratio(load, own, server, Run::alertsPerSecond),
                            ratio(load, own, server, Run::cpuMicros)));
                }
            }
        }
        return text.toString();
    }

    private double ratio(Load load, String own, String other, ToDoubleFunction<Run> value) {
        return median(rounds(load, own), value) / median(rounds(load, other), value);
    }

    private List<Run> rounds(Load load, String server) {
        return runs.getOrDefault(new Key(load, server), List.of());
    }

    private static double median(List<Run> rounds, ToDoubleFunction<Run> value) {
        double[] sorted = rounds.stream().mapToDouble(value).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
