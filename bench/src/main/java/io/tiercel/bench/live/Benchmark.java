package io.tiercel.bench.live;

import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What all live benchmarks do: check the machine, measure in a temporary folder, print, and clean up at exit. */
final class Benchmark {
    /** The text of a report. */
    interface Results {
        /** Returns Markdown. */
        String table();

        /** Returns a JSON object. */
        String json() throws IOException;
    }

    /** A measurement, which takes minutes. */
    interface Measurement {
        /** Measures in a folder, which is deleted later. */
        Results measure(Path folder) throws BenchException, IOException, InterruptedException;
    }

    /** Removes what a measurement has left on the machine. */
    interface CleanUp {
        /** Called when the program ends, after its child processes have been killed. Also after a signal. */
        void run() throws BenchException, IOException, InterruptedException;
    }

    private final String name;
    private final CleanUp atExit;

    /**
     * Creates a benchmark.
     *
     * @param name command, such as {@code live}
     */
    Benchmark(String name, CleanUp atExit) {
        this.name = name;
        this.atExit = atExit;
    }

    /**
     * Runs a measurement and prints its table.
     *
     * @param json receives the results as JSON, or null
     * @return exit code: 0, 1 after a failure, 2 if the machine does not meet the preconditions
     */
    int run(Measurement measurement, @Nullable Path json) throws IOException, InterruptedException {
        for (PreconditionResult check : Preconditions.check()) {
            if (!check.passed()) {
                return fail(2, check.name() + ": " + check.detail() + "; " + check.remedy());
            }
        }
        Path folder = Files.createTempDirectory("tiercel-bench");
        Thread cleanUp = new Thread(() -> cleanUp(folder));
        Runtime.getRuntime().addShutdownHook(cleanUp);
        try {
            Results results = measurement.measure(folder);
            System.out.print(results.table());
            if (json != null) {
                Files.writeString(json, results.json());
            }
            return 0;
        } catch (BenchException e) {
            return fail(1, String.valueOf(e.getMessage()));
        }
    }

    /** Prints an error and returns the exit code. */
    int fail(int code, String message) {
        System.err.println("tiercel: bench " + name + ": " + message);
        return code;
    }

    /** Ends all child processes and deletes the temporary folder. */
    private void cleanUp(Path folder) {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        try {
            atExit.run();
        } catch (BenchException | IOException e) {
            System.err.println("tiercel: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("tiercel: cannot delete " + folder + ": " + e.getMessage());
        }
    }
}
