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
 * Runs the rule benchmarks. The arguments are JMH's.
 *
 * <p>{@code gc.alloc.rate.norm} is the number of allocated bytes per operation, and {@code cpu.time.norm} the CPU time
 * per operation.
 */
public final class RuleBench {
    private RuleBench() {}

    /**
     * Runs the benchmarks.
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
            ChainedOptionsBuilder jmhOptions = new OptionsBuilder()
                    .parent(options)
                    .addProfiler(GCProfiler.class)
                    .addProfiler(CpuTimeProfiler.class);
            if (options.getIncludes().isEmpty()) {
                jmhOptions.include(RuleEvaluationBench.class.getName()).include(LoadBench.class.getName());
            }
            new Runner(jmhOptions.build()).run();
        } catch (CommandLineOptionException | IOException e) {
            System.err.println("benchmark arguments: " + e.getMessage() + "; use -h for help");
            System.exit(2);
        }
    }
}
