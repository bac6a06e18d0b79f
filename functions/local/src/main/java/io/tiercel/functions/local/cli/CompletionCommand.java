package io.tiercel.functions.local.cli;

import io.tiercel.functions.local.cli.operate.KillSwitchCommand;
import io.tiercel.functions.local.cli.operate.NodesCommand;
import io.tiercel.functions.local.cli.operate.NotificationsCommand;
import io.tiercel.functions.local.cli.operate.OperatorContext;
import io.tiercel.functions.local.cli.operate.TokenCommand;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code completion}: prints a script that completes commands in a shell. */
@Command(
        name = "tiercel completion",
        description = "Prints a completion script. Load it with: source <(./tiercel completion bash)")
public final class CompletionCommand implements Callable<Integer> {
    /** Commands whose options the script does not complete. */
    private static final List<String> OTHERS = List.of(
            "up",
            "sensor",
            "functions",
            "doctor",
            "rules",
            "fields",
            "responses",
            "alerts",
            "audit",
            "silences",
            "config",
            "certs",
            "console",
            "version",
            "completion",
            "test",
            "bench",
            "image",
            "help");

    private final OperatorContext context;

    @Parameters(paramLabel = "bash|zsh", description = "The shell.")
    private String shell = "";

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    public CompletionCommand(OperatorContext context) {
        this.context = context;
    }

    /** Runs the command and returns its exit status. */
    public int run(List<String> arguments) {
        return CommandLines.run(this, context.terminal(), arguments);
    }

    @Override
    public Integer call() {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw new CommandFailure(ExitStatus.USAGE, "the shell is bash or zsh, not \"" + shell + "\"");
        }
        CommandLine root = new CommandLine(CommandSpec.create().name("tiercel"));
        OTHERS.forEach(name -> root.addSubcommand(name, new CommandLine(CommandSpec.create())));
        root.addSubcommand("incidents", new IncidentsCommand(context).commandLine());
        root.addSubcommand("kill-switch", new CommandLine(new KillSwitchCommand(context)));
        root.addSubcommand("nodes", new CommandLine(new NodesCommand(context)));
        root.addSubcommand("notifications", new NotificationsCommand(context).commandLine());
        root.addSubcommand("token", new CommandLine(new TokenCommand(context)));
        // The script completes in zsh too, with bashcompinit, which it loads itself.
        context.terminal().out().println(AutoComplete.bash("tiercel", root));
        context.terminal().out().println("complete -F _complete_tiercel -o default ./tiercel");
        return ExitStatus.OK.number();
    }
}
