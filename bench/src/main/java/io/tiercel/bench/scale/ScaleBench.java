package io.tiercel.bench.scale;

import io.tiercel.bench.cost.GeneratedTables;
import io.tiercel.bench.live.Machine;
import io.tiercel.bench.progress.BenchSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Simulates a large installation and prints a report: {@code bench scale [--output FILE]}. With a file, it also writes the tables into
 * the documentation.
 */
public final class ScaleBench {
    static final int CLUSTERS = 1_000;
    static final int ALERTS_PER_SECOND = 100_000;

    private static final int SAMPLED_CLUSTERS = 40;
    private static final int SECONDS = 3;
    private static final Path PAGE = Path.of("docs", "scale.md");

    private ScaleBench() {}

    public static void main(String[] args) throws IOException {
        Machine machine = Machine.detect();
        long start = System.nanoTime();
        ScaleReport report = ScaleReport.of(
                CLUSTERS, ALERTS_PER_SECOND, SAMPLED_CLUSTERS, SECONDS, new BenchSteps("scale", ScaleReport.STEPS));
        String text = "# Scale, " + LocalDate.now(ZoneOffset.UTC) + "\n\n"
                + "Machine: " + machine.processor() + ", " + machine.cpus() + " CPUs, kernel " + machine.kernel()
                + ". The simulation took "
                + (System.nanoTime() - start) / 1_000_000_000 + " s.\n\n" + report.text();
        if (args.length == 2 && args[0].equals("--output")) {
            Files.writeString(Path.of(args[1]), text);
            Files.writeString(PAGE, GeneratedTables.replace(Files.readString(PAGE), report.tables()));
        } else if (args.length == 0) {
            System.out.print(text);
        } else {
            System.err.println("Usage: ./tiercel bench scale [--output FILE]");
            System.exit(1);
        }
    }
}
