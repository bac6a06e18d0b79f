package io.tiercel.sensor.cli;

import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadReport;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.rules.text.Quantity;
import io.tiercel.sensor.app.RuleFiles;
import io.tiercel.sensor.app.StandardStreams;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code tiercel rules check}. */
@Command(
        name = "check",
        description =
                "Loads rule files together, in order, and prints errors and warnings. Exit code 1 if there are errors.",
        mixinStandardHelpOptions = true)
final class RulesCheckCommand implements Callable<Integer> {
    private final StandardStreams streams;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Rule files, or folders of *.yaml files.")
    private List<Path> files = List.of();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    RulesCheckCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        LoadResult result = new RuleLoader(LoadOptions.defaults()).load(RuleSource.readAll(files));
        if (json) {
            streams.out().println(LoadReport.json(result));
        } else {
            streams.out().print(RuleFiles.text(result));
            streams.out().println(summary(result));
        }
        return (result.ok() ? ExitCode.OK : ExitCode.BAD_INPUT).number();
    }

    private static String summary(LoadResult result) {
        if (!result.ok()) {
            return Quantity.of(result.errors().size(), "error") + ", "
                    + Quantity.of(result.warnings().size(), "warning");
        }
        int rules = result.rules() == null ? 0 : result.rules().rules().size();
        return "ok: " + Quantity.of(rules, "rule") + " in "
                + Quantity.of(result.files().size(), "file") + ", "
                + Quantity.of(result.warnings().size(), "warning");
    }
}
