package io.tiercel.bench;

import java.io.IOException;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks of the rules; arguments are those of JMH.
 *
 * <p>{@code gc.alloc.rate.norm} says how many bytes an operation allocates, {@code cpu.time.norm} how much processor time it
 * takes.
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
            ChainedOptionsBuilder chosen = new OptionsBuilder()
                    .parent(options)
                    .addProfiler(GCProfiler.class)
                    .addProfiler(CpuTimeProfiler.class);
            if (options.getIncludes().isEmpty()) {
                chosen.include(RuleEvaluationBench.class.getName()).include(LoadBench.class.getName());
            }
            new Runner(chosen.build()).run();
        } catch (CommandLineOptionException | IOException e) {
            System.err.println("benchmark arguments: " + e.getMessage() + "; -h lists them");
            System.exit(2);
        }
    }
}
