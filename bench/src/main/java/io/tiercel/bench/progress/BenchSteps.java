package io.tiercel.bench.progress;

import io.tiercel.rules.text.ProgressLine;
import java.io.PrintStream;
import java.util.function.LongSupplier;

/**
 * The steps of a benchmark. Each has a line on standard error, with its number and, after the first, the time that is left if all steps take
 * equally long. Not thread-safe.
 */
public final class BenchSteps {
    private final PrintStream err;
    private final LongSupplier nanoTime;
    private final String benchmark;
    private final int total;
    private final long start;
    private int finished;

    /**
     * Starts a benchmark.
     *
     * @param benchmark its name, such as {@code functions}
     * @param total number of steps, at least 1
     */
    public BenchSteps(String benchmark, int total) {
        this(System.err, System::nanoTime, benchmark, total);
    }

    BenchSteps(PrintStream err, LongSupplier nanoTime, String benchmark, int total) {
        this.err = err;
        this.nanoTime = nanoTime;
        this.benchmark = benchmark;
        this.total = total;
        this.start = nanoTime.getAsLong();
    }

    /**
     * Begins the next step, which ends the one before.
     *
     * @param step what is measured
     */
    public void next(String step) {
        long elapsed = nanoTime.getAsLong() - start;
        String left = finished == 0 || finished >= total
                ? ""
                : ", about " + ProgressLine.duration(elapsed / finished * (total - finished)) + " left";
        finished++;
        err.println("tiercel: bench %s: step %d of %d%s: %s ...".formatted(benchmark, finished, total, left, step));
    }
}
