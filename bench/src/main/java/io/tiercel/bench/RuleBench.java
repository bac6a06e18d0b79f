package io.tiercel.bench;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks of the rules; arguments are those of JMH.
 *
 * <p>{@code gc.alloc.rate.norm} says how many bytes an operation allocates.
 */
public final class RuleBench {
    private RuleBench() {}

    /**
     * Runs them.
     *
     * @throws RunnerException if a benchmark fails
     */
    public static void main(String[] arguments) throws RunnerException {
        try {
            CommandLineOptions options = new CommandLineOptions(arguments);
            if (options.shouldHelp()) {
                options.showHelp();
                return;
            }
            new Runner(new OptionsBuilder()
                            .parent(options)
                            .include(options.getIncludes().isEmpty() ? "io.tiercel.bench.(RuleEvaluation|Load)Bench" : "^$")
                            .addProfiler(GCProfiler.class)
                            .build())
                    .run();
        } catch (CommandLineOptionException | java.io.IOException e) {
            System.err.println("benchmark arguments: " + e.getMessage() + "; -h lists them");
            System.exit(2);
        }
    }
}
