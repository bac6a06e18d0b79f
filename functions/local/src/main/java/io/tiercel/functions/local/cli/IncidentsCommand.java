package io.tiercel.functions.local.cli;

import io.tiercel.functions.cloud.DynamoDbErasure;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.cli.operate.ChangeCommands;
import io.tiercel.functions.local.cli.operate.HeldCommand;
import io.tiercel.functions.local.cli.operate.ListIncidents;
import io.tiercel.functions.local.cli.operate.OperatorContext;
import io.tiercel.functions.local.cli.operate.ShowIncident;
import io.tiercel.functions.local.cli.operate.SilenceIncident;
import io.tiercel.functions.local.cli.operate.StatisticsCommand;
import io.tiercel.functions.local.cli.operate.WatchIncidents;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.functions.local.sqlite.SqliteErasure;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.privacy.ErasureReport;
import io.tiercel.functions.privacy.SubjectEraser;
import io.tiercel.rules.text.Quantity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkClientException;

/** The command {@code incidents}: works with the incidents of a server or on AWS, and erases a subject from stored incidents. */
@Command(
        name = "tiercel incidents",
        description =
                "Lists, shows and changes incidents, of the server of this machine, another server, or the functions"
                        + " on AWS.",
        synopsisSubcommandLabel = "COMMAND")
public final class IncidentsCommand implements Runnable {
    private static final int ERASED = ExitStatus.OK.number();
    private static final int INCOMPLETE = ExitStatus.FAILED.number();
    private static final int UNUSABLE = ExitStatus.USAGE.number();

    /** Reads the subject from standard input, which leaves no trace in the shell's history. */
    private static final String STANDARD_INPUT = "-";

    private final OperatorContext context;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    public IncidentsCommand(OperatorContext context) {
        this.context = context;
        this.in = context.terminal().in();
        this.out = context.terminal().out();
        this.err = context.terminal().err();
    }

    /**
     * Runs the command.
     *
     * @param arguments the arguments after {@code incidents}
     * @return the exit status, see {@link ExitStatus}
     */
    public int run(List<String> arguments) {
        int status = commandLine().execute(arguments.toArray(String[]::new));
        out.flush();
        return status;
    }

    /** Creates the command line with all subcommands. */
    public CommandLine commandLine() {
        List<Object> commands = new ArrayList<>(List.of(new ListIncidents(context), new ShowIncident(context)));
        commands.addAll(ChangeCommands.all(context));
        commands.addAll(List.of(
                new SilenceIncident(context),
                new WatchIncidents(context),
                new HeldCommand(context),
                new StatisticsCommand(context),
                new Erase(context.data())));
        return CommandLines.create(this, out, err, commands.toArray());
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "specify a command");
        }
    }

    /** Erases a subject. */
    @Command(
            name = "erase",
            description =
                    "Replaces a person's identifier by [erased] in stored records. docs/privacy.md lists the fields.")
    private final class Erase implements Callable<Integer> {
        @Option(
                names = "--subject",
                required = true,
                paramLabel = "TEXT",
                description = "User name, e-mail address, IP address or host name, in its exact spelling;"
                        + " \"-\" reads it from standard input.")
        private String subject = "";

        @Mixin
        private final StoreOptions store;

        @Option(names = "--dry-run", description = "Counts the records that would change, and changes nothing.")
        private boolean dryRun;

        Erase(Path data) {
            this.store = new StoreOptions(data);
        }

        @Override
        public Integer call() throws IOException {
            SubjectEraser eraser;
            try {
                eraser = SubjectEraser.of(subject.equals(STANDARD_INPUT) ? firstLine() : subject);
            } catch (IllegalArgumentException e) {
                err.println("tiercel incidents erase: " + e.getMessage());
                return UNUSABLE;
            }
            String table = store.table();
            if (table != null) {
                return eraseInDynamoDb(eraser, table);
            }
            try (SqliteDatabase database = SqliteDatabase.openBesideServer(store.data())) {
                return report(new SqliteErasure(database, InstantSource.system()).erase(eraser, dryRun));
            } catch (StoreUnavailable e) {
                err.println("tiercel incidents erase: " + e.getMessage());
                return UNUSABLE;
            }
        }

        private int eraseInDynamoDb(SubjectEraser eraser, String name) {
            try {
                AwsConnection connection = AwsConnection.fromEnvironment(AwsConnection.Timeouts.ACTIONS);
                return report(new DynamoDbErasure(connection, name).erase(eraser, dryRun));
            } catch (StoreUnavailable | SdkClientException e) {
                err.println("tiercel incidents erase: " + e.getMessage());
                return UNUSABLE;
            }
        }

        private String firstLine() throws IOException {
            String line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line;
        }

        private int report(ErasureReport report) {
            report.changed().forEach((kind, count) -> out.println(kind + ": " + count));
            out.println((dryRun ? "would change " : "changed ") + Quantity.of(report.total(), "record"));
            out.println(
                    "not changed: the audit log and its anchors, messages that were sent, targets and prior states of"
                            + " responses");
            if (report.waiting() > 0) {
                err.println("tiercel incidents erase: " + Quantity.of(report.waiting(), "alert")
                        + " with the subject not yet processed; run the command again when the server has"
                        + " processed them");
                return INCOMPLETE;
            }
            if (!dryRun && !report.overwritten()) {
                err.println("tiercel incidents erase: a server was using the write-ahead log, which still contains the"
                        + " replaced bytes; run the command again");
                return INCOMPLETE;
            }
            return ERASED;
        }
    }
}
