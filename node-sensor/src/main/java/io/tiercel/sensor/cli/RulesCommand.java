package io.tiercel.sensor.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tiercel rules}: needs one of its own words. */
@Command(name = "rules", description = "Checks, lists, explains and tests rules.", mixinStandardHelpOptions = true)
final class RulesCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "rules needs one of: " + String.join(", ", spec.subcommands().keySet()));
    }
}
