package io.tiercel.sensor.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code tiercel rules}, which requires a subcommand. */
@Command(name = "rules", description = "Checks, lists, explains and tests rules.", mixinStandardHelpOptions = true)
final class RulesCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "rules requires a subcommand: "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
