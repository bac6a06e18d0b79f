package io.tiercel.functions.local.cli.operate;

import io.tiercel.functions.client.HttpOperatorClient;
import io.tiercel.functions.local.cli.ExitStatus;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code incidents watch}: prints active incidents, and then each one that changes. */
@Command(
        name = "watch",
        description = "Prints active incidents and each change, until Ctrl-C. --json prints a document per line.")
public final class WatchIncidents implements Callable<Integer> {
    /** Lists of the server catch what a lost stream of changes missed. */
    private static final Duration POLL_SERVER = Duration.ofSeconds(30);

    private static final Duration POLL_AWS = Duration.ofSeconds(10);

    private final OperatorContext context;

    @Mixin
    private final OperatorOptions options = new OperatorOptions();

    @Option(names = "--new", description = "Does not print the incidents that exist at the start.")
    private boolean changesOnly;

    public WatchIncidents(OperatorContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (OperatorSession session = options.open(context)) {
            IncidentWatch watch = new IncidentWatch(session);
            watch.start(changesOnly);
            // The shell's Ctrl-C is the orderly end of this command.
            Thread hook = Thread.ofPlatform().unstarted(() -> {
                session.terminal().out().flush();
                Runtime.getRuntime().halt(ExitStatus.OK.number());
            });
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                if (session.client() instanceof HttpOperatorClient http) {
                    watch.follow(http, POLL_SERVER);
                } else {
                    watch.poll(POLL_AWS);
                }
            } finally {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
        return ExitStatus.OK.number();
    }
}
