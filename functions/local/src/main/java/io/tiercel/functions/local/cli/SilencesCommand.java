package io.tiercel.functions.local.cli;

import io.tiercel.functions.cloud.DynamoDbStateDocuments;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.sqlite.SqliteAuditLog;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.functions.local.sqlite.SqliteStateStore;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.InvalidSilence;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.notification.silence.Silence.Source;
import io.tiercel.functions.notification.silence.SilenceRequest;
import io.tiercel.functions.notification.silence.SilenceStatus;
import io.tiercel.functions.notification.silence.SilenceTimes;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.rules.text.Quantity;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkClientException;

/** The command {@code silences}: lists, adds and ends silences. */
@Command(
        name = "tiercel silences",
        description =
                "Withholds messages about incidents that match a condition. The notification file has silences of its"
                        + " own.",
        synopsisSubcommandLabel = "COMMAND")
public final class SilencesCommand implements Runnable {
    private static final int DONE = ExitStatus.OK.number();
    private static final int NOT_FOUND = ExitStatus.NOT_FOUND.number();
    private static final int FAILED = ExitStatus.USAGE.number();

    private final PrintStream out;
    private final PrintStream err;
    private final InstantSource clock;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    public SilencesCommand(PrintStream out, PrintStream err, InstantSource clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    /**
     * Runs the command.
     *
     * @param arguments the arguments after {@code silences}
     * @param data the default data directory
     * @return the exit status: 0 for success, 3 if no active silence has the id, 2 if the arguments are invalid or the store fails
     */
    public int run(List<String> arguments, Path data) {
        return commandLine(data).execute(arguments.toArray(String[]::new));
    }

    /** Creates the command line with all subcommands. */
    public CommandLine commandLine(Path data) {
        return CommandLines.create(this, out, err, new ListAll(data), new Add(data), new End(data));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "specify a command");
        }
    }

    private int with(StoreOptions store, ToIntFunction<Silences> work) {
        try {
            String table = store.table();
            if (table != null) {
                AwsConnection connection = AwsConnection.fromEnvironment(AwsConnection.Timeouts.ACTIONS);
                ActiveSilences active =
                        new ActiveSilences(List.of(), new DynamoDbStateDocuments(connection, table), clock, line -> {});
                // The functions write the entry in the audit log: operators have no access to it.
                return work.applyAsInt(new Silences(active, null, null, clock));
            }
            try (SqliteDatabase database = SqliteDatabase.openBesideServer(store.data())) {
                ActiveSilences active =
                        new ActiveSilences(List.of(), new SqliteStateStore(database), clock, line -> {});
                return work.applyAsInt(new Silences(active, new SqliteAuditLog(database), null, clock));
            }
        } catch (InvalidSilence | StoreUnavailable | SdkClientException e) {
            err.println("tiercel silences: " + e.getMessage());
            return FAILED;
        }
    }

    private static String person(@Nullable String by) {
        return "cli:" + (by == null ? System.getProperty("user.name", "unknown") : by);
    }

    private static String count(SilenceStatus status) {
        return status.error() != null
                ? "silences nothing: " + status.error()
                : (status.more() ? "more than " : "") + Quantity.of(status.incidents(), "incident");
    }

    /** Lists silences. */
    @Command(
            name = "list",
            description = "Lists silences that have not ended, with the number of incidents that they matched.")
    private final class ListAll implements Callable<Integer> {
        @Mixin
        private final StoreOptions store;

        ListAll(Path data) {
            this.store = new StoreOptions(data);
        }

        @Override
        public Integer call() {
            return with(store, silences -> {
                for (SilenceStatus status : silences.list()) {
                    Silence silence = status.silence();
                    out.println(silence.id() + "  until " + silence.until() + "  " + count(status) + "  "
                            + silence.owner() + ": " + silence.reason());
                    out.println("    " + silence.when().replaceAll("\\s+", " "));
                }
                return DONE;
            });
        }
    }

    /** Adds a silence. */
    @Command(name = "add", description = "Adds a silence and prints its id. It takes effect within 10 seconds.")
    private final class Add implements Callable<Integer> {
        @Mixin
        private final StoreOptions store;

        @Option(
                names = "--when",
                required = true,
                paramLabel = "CONDITION",
                description = "Condition of the rule language, for example 'incident.rule = \"Log cleared\"'.")
        private String when = "";

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
        private String reason = "";

        @Option(
                names = "--for",
                paramLabel = "DURATION",
                description = "How long, for example 30m, 8h or 3d; at most 30d.")
        private String duration = "";

        @Option(
                names = "--until",
                paramLabel = "TIME",
                description = "When it ends, for example 2026-12-31T18:00:00Z, instead of --for.")
        private String until = "";

        @Option(names = "--owner", paramLabel = "NAME", description = "Person or team to ask (default: you).")
        private @Nullable String owner;

        @Option(
                names = "--by",
                paramLabel = "NAME",
                description = "Your name for the audit log (default: your user name).")
        private @Nullable String by;

        @Option(names = "--all", description = "Permits a condition that matches incidents of any cause.")
        private boolean all;

        Add(Path data) {
            this.store = new StoreOptions(data);
        }

        @Override
        public Integer call() {
            return with(store, silences -> {
                String person = person(by);
                SilenceRequest request = new SilenceRequest(
                        when,
                        reason,
                        owner == null ? person : owner,
                        SilenceTimes.end(until, duration, clock.instant()),
                        all);
                Silence silence = silences.add(request, Source.CLI, person);
                out.println(silence.id());
                err.println("silenced until " + silence.until());
                return DONE;
            });
        }
    }

    /** Ends a silence. */
    @Command(
            name = "end",
            description = "Ends a silence. Incidents that are still open are notified within about a minute.")
    private final class End implements Callable<Integer> {
        @Mixin
        private final StoreOptions store;

        @Parameters(paramLabel = "ID", description = "Id of the silence.")
        private String id = "";

        @Option(
                names = "--by",
                paramLabel = "NAME",
                description = "Your name for the audit log (default: your user name).")
        private @Nullable String by;

        End(Path data) {
            this.store = new StoreOptions(data);
        }

        @Override
        public Integer call() {
            return with(store, silences -> {
                if (silences.end(id, person(by)).isEmpty()) {
                    err.println("tiercel silences: no active silence has the id " + id
                            + "; \"tiercel silences list\" lists them");
                    return NOT_FOUND;
                }
                return DONE;
            });
        }
    }
}
