package io.tiercel.functions.local.cli.operate;

import io.tiercel.functions.local.cli.CommandFailure;
import io.tiercel.functions.local.cli.CommandLines;
import io.tiercel.functions.local.cli.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code token}: prints the bearer token of operators. */
@Command(
        name = "tiercel token",
        description = "Prints the token of operators of the server of this machine. The token permits every request.")
public final class TokenCommand implements Callable<Integer> {
    private final OperatorContext context;

    @Option(names = "--viewer", description = "Prints the token that permits reading only.")
    private boolean viewer;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of the server (TIERCEL_DATA; default: .tiercel/functions).")
    private @Nullable Path data;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    public TokenCommand(OperatorContext context) {
        this.context = context;
    }

    /** Runs the command and returns its exit status. */
    public int run(List<String> arguments) {
        return CommandLines.run(this, context.terminal(), arguments);
    }

    @Override
    public Integer call() {
        String configured = data == null ? LocalServer.configuredToken(context.environment(), viewer) : "";
        context.terminal().out().println(configured.isEmpty() ? stored() : configured);
        return ExitStatus.OK.number();
    }

    private String stored() {
        Path file = LocalServer.tokenFile(data == null ? context.data() : LocalServer.named(data), viewer);
        if (!Files.exists(file)) {
            throw new CommandFailure(
                    ExitStatus.NOT_FOUND,
                    "there is no token in " + file.toAbsolutePath()
                            + "; the server creates it at its first start, and --data names another data directory");
        }
        return LocalServer.token(file);
    }
}
