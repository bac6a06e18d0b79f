package io.tiercel.functions.local;

import io.tiercel.functions.local.cli.AuditCommand;
import io.tiercel.functions.local.cli.CommandLines;
import io.tiercel.functions.local.cli.CompletionCommand;
import io.tiercel.functions.local.cli.IncidentsCommand;
import io.tiercel.functions.local.cli.ResponsesCommand;
import io.tiercel.functions.local.cli.SilencesCommand;
import io.tiercel.functions.local.cli.operate.ConsoleCommand;
import io.tiercel.functions.local.cli.operate.KillSwitchCommand;
import io.tiercel.functions.local.cli.operate.NotificationsCommand;
import io.tiercel.functions.local.cli.operate.OperatorContext;
import io.tiercel.functions.local.cli.operate.TokenCommand;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** All commands of the functions as one command line, from which man pages and completion scripts are generated. */
public final class FunctionsCommands {
    /** The data directory of an installed server. The generated pages do not show it. */
    private static final Path DATA = Path.of("/var/lib/tiercel-server");

    private FunctionsCommands() {}

    /**
     * Returns the commands.
     *
     * @param out receives the output of commands that the caller executes, and their errors
     */
    public static CommandLine commands(PrintStream out) {
        OperatorContext context = OperatorContext.system(DATA);
        return new CommandLine(CommandSpec.create().name("tiercel"))
                .addSubcommand("audit", new AuditCommand(out, out).commandLine(DATA))
                .addSubcommand("completion", new CompletionCommand(context))
                .addSubcommand("console", new ConsoleCommand(context))
                .addSubcommand("functions", CommandLines.create(new TiercelServer(), out, out))
                .addSubcommand("incidents", new IncidentsCommand(context).commandLine())
                .addSubcommand("kill-switch", new KillSwitchCommand(context))
                .addSubcommand("notifications", new NotificationsCommand(context).commandLine())
                .addSubcommand("responses", CommandLines.create(new ResponsesCommand(out, out), out, out))
                .addSubcommand("silences", new SilencesCommand(out, out, InstantSource.system()).commandLine(DATA))
                .addSubcommand("token", new TokenCommand(context));
    }
}
