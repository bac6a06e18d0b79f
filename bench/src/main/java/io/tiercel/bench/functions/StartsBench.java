package io.tiercel.bench.functions;

import io.tiercel.bench.progress.BenchSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Measures the cold start of each Lambda function and prints a table. With {@code --compare FOLDER} it also starts the artifacts in that
 * folder, function.zip and perhaps respond.zip, in turn with those of this build.
 */
public final class StartsBench {
    private static final int DEFAULT_STARTS = 11;
    private static final int MAX_STARTS = 1_000;
    private static final String USAGE = "usage: bench starts [--starts 1 to 1000] [--compare FOLDER]";

    private StartsBench() {}

    /**
     * Runs the benchmark.
     *
     * @throws IOException if a function cannot be started or does not respond
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int starts = DEFAULT_STARTS;
        Path other = null;
        try {
            for (int i = 0; i < arguments.length; i += 2) {
                switch (arguments[i]) {
                    case "--starts" -> starts = Integer.parseInt(arguments[i + 1]);
                    case "--compare" -> other = Path.of(arguments[i + 1]);
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            starts = 0;
        }
        if (starts < 1 || starts > MAX_STARTS) {
            System.err.println(USAGE);
            System.exit(2);
        }
        BenchSteps steps = new BenchSteps("starts", LambdaFunction.values().length * starts);
        System.out.println(
                "| Function, from process start | Artifact | MB | Starts | first request for an event, ms: p50"
                        + " | first response, ms: min | p50 | max | CPU until the first response, ms: p50 |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        for (LambdaFunction function : LambdaFunction.values()) {
            Map<String, Path> artifacts = new LinkedHashMap<>();
            if (other != null) {
                Path own = other.resolve(function.artifact());
                artifacts.put("compared", Files.exists(own) ? own : other.resolve("function.zip"));
            }
            artifacts.put("this build", function.zip());
            measure(function, artifacts, starts, steps);
        }
    }

    private static void measure(LambdaFunction function, Map<String, Path> artifacts, int starts, BenchSteps steps)
            throws IOException, InterruptedException {
        List<ColdStart> installed = new ArrayList<>();
        try {
            for (Path zip : artifacts.values()) {
                installed.add(new ColdStart(zip, function));
            }
            List<List<ColdStart.StartTimes>> times = new ArrayList<>();
            installed.forEach(_ -> times.add(new ArrayList<>()));
            for (int round = 0; round < starts; round++) {
                steps.next(function.export() + ", round " + (round + 1));
                for (int i = 0; i < installed.size(); i++) {
                    // Every other round uses the reverse order.
                    int index = round % 2 == 0 ? i : installed.size() - 1 - i;
                    times.get(index).add(installed.get(index).start(false));
                }
            }
            int index = 0;
            for (Map.Entry<String, Path> artifact : artifacts.entrySet()) {
                row(function, artifact.getKey(), artifact.getValue(), times.get(index));
                index++;
            }
        } finally {
            for (ColdStart start : installed) {
                start.close();
            }
        }
    }

    private static void row(LambdaFunction function, String name, Path zip, List<ColdStart.StartTimes> starts)
            throws IOException {
        Percentiles first = percentiles(starts, ColdStart.StartTimes::first);
        System.out.printf(
                Locale.ROOT,
                "| %s | %s, %s | %.1f | %d | %s | %s | %s | %s | %s |%n",
                function.export(),
                name,
                zip.getFileName(),
                Files.size(zip) / 1e6,
                starts.size(),
                percentiles(starts, ColdStart.StartTimes::init).millis(0.5),
                first.millis(0),
                first.millis(0.5),
                first.millis(1),
                percentiles(starts, ColdStart.StartTimes::cpu).millis(0.5));
    }

    private static Percentiles percentiles(
            List<ColdStart.StartTimes> starts, ToLongFunction<ColdStart.StartTimes> figure) {
        return Percentiles.of(starts.stream().mapToLong(figure).toArray());
    }
}
