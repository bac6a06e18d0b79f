package io.tiercel.functions.local.cli;

import io.tiercel.functions.local.terminal.Terminal;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Creates command lines that report errors in the same form. */
public final class CommandLines {
    /** Exit status for invalid arguments. */
    public static final int USAGE = CommandLine.ExitCode.USAGE;

    private CommandLines() {}

    /** Runs a command without subcommands on a terminal, and returns its exit status. */
    public static int run(Object command, Terminal terminal, List<String> arguments) {
        int status = create(command, terminal.out(), terminal.err()).execute(arguments.toArray(String[]::new));
        terminal.out().flush();
        return status;
    }

    /** Creates a command line. Invalid arguments print a message with the usage and exit with status 2. */
    public static CommandLine create(Object command, PrintStream out, PrintStream err, Object... subcommands) {
        CommandLine line = new CommandLine(command);
        line.getCommandSpec()
                .versionProvider(new Version())
                .addOption(OptionSpec.builder("--version")
                        .versionHelp(true)
                        .description("Prints the version.")
                        .build());
        // Before the settings below, which picocli applies to existing subcommands only.
        for (Object subcommand : subcommands) {
            line.addSubcommand(subcommand);
        }
        line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler((invalid, arguments) -> {
            CommandLine at = invalid.getCommandLine();
            at.getErr().println(at.getCommandSpec().qualifiedName() + ": " + invalid.getMessage());
            at.usage(at.getErr());
            return USAGE;
        });
        line.setExecutionExceptionHandler((failure, at, _) -> {
            if (failure instanceof CommandFailure known) {
                at.getErr().println(at.getCommandSpec().qualifiedName() + ": " + known.getMessage());
                return known.status().number();
            }
            throw failure;
        });
        return line;
    }
}
