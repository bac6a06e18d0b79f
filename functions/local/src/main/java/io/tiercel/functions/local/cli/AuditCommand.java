package io.tiercel.functions.local.cli;

import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.audit.anchor.AnchorStore;
import io.tiercel.functions.audit.verify.AuditVerification;
import io.tiercel.functions.audit.verify.VerificationProgress;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.anchor.FileAnchorStore;
import io.tiercel.functions.local.sqlite.SqliteAuditSource;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import io.tiercel.functions.stage.ScheduledAuditMaintenance;
import io.tiercel.functions.stage.ScheduledAuditMaintenance.AnchorMarker;
import io.tiercel.rules.text.ProgressLine;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code audit}: verifies and shows the audit log. */
@Command(
        name = "tiercel audit",
        description = "Works with the audit log of the functions.",
        synopsisSubcommandLabel = "COMMAND")
public final class AuditCommand implements Runnable {
    private static final int INTACT = ExitStatus.OK.number();
    private static final int BROKEN = ExitStatus.FAILED.number();
    private static final int NONE = ExitStatus.NOT_FOUND.number();
    private static final int UNREADABLE = ExitStatus.USAGE.number();

    private final PrintStream out;
    private final PrintStream err;
    private final ProgressLine.Starter progress;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    /** Shows progress on standard error. */
    public AuditCommand(PrintStream out, PrintStream err) {
        this(out, err, (work, unit) -> ProgressLine.start(work, unit, true));
    }

    /** The same with another way to show progress. */
    AuditCommand(PrintStream out, PrintStream err, ProgressLine.Starter progress) {
        this.out = out;
        this.err = err;
        this.progress = progress;
    }

    /**
     * Runs the command.
     *
     * @param arguments the arguments after {@code audit}
     * @param data the default data directory
     * @return the exit status: 0 if the log is intact, 1 if it is broken, 3 if an incident has no entries, 2 if it could not be read
     */
    public int run(List<String> arguments, Path data) {
        return commandLine(data).execute(arguments.toArray(String[]::new));
    }

    /** Creates the command line with all subcommands. */
    public CommandLine commandLine(Path data) {
        return CommandLines.create(this, out, err, new Verify(data), new Show(data));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "specify a command");
        }
    }

    /** Reads the log, and reports errors of the store in one line. */
    private int read(Callable<Integer> work) throws Exception {
        try {
            return work.call();
        } catch (StoreUnavailable e) {
            err.println("tiercel audit: " + e.getMessage());
            return UNREADABLE;
        }
    }

    /** Verifies all chains and anchors. */
    @Command(
            name = "verify",
            description =
                    "Verifies that no entry of the audit log was changed, added or removed, and that the log matches"
                            + " its anchors.")
    private final class Verify implements Callable<Integer> {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "Data directory of the functions (TIERCEL_DATA; default: .tiercel/functions).")
        private Path data;

        @Option(
                names = "--anchors",
                paramLabel = "DIR",
                description =
                        "Directory with the anchors, for example a copy (default: anchors in the data directory).")
        private @Nullable Path anchors;

        @Option(
                names = "--expect",
                paramLabel = "ROOT",
                converter = RootConverter.class,
                description =
                        "Root from the output of an earlier verification or from the log: an anchor must have it.")
        private @Nullable String expected;

        @Option(names = "--help", usageHelp = true, description = "Shows this help.")
        private boolean verifyHelp;

        Verify(Path data) {
            this.data = data;
        }

        @Override
        public Integer call() throws Exception {
            return read(() -> {
                AuditVerdict verdict = SqliteAuditSource.with(data, this::verify);
                out.println(verdict.description());
                return verdict instanceof AuditVerdict.Intact ? INTACT : BROKEN;
            });
        }

        private AuditVerdict verify(SqliteAuditSource source) {
            AnchorStore store = new FileAnchorStore(anchors == null ? data.resolve("anchors") : anchors);
            AuditHead marker = source.state(ScheduledAuditMaintenance.ANCHOR_KEY)
                    .map(this::marker)
                    .orElse(AuditHead.EMPTY);
            AuditVerification verification = new AuditVerification(source, store, null, marker, expected);
            VerificationProgress part = verification.run(() -> true);
            try (ProgressLine shown = progress.start("verifying the audit log", "entries")) {
                long size = source.size();
                while (part.phase() == VerificationProgress.Phase.CHAINS) {
                    part = verification.run(() -> true);
                    shown.at(part.entries(), size);
                }
            }
            try (ProgressLine shown = progress.start("comparing the audit log with its anchors", "anchors")) {
                while (part.phase() != VerificationProgress.Phase.DONE) {
                    part = verification.run(() -> true);
                    shown.at(part.anchors(), store.newest());
                }
            }
            return part.verdict();
        }

        private AuditHead marker(Versioned document) {
            return Json.read(document.document(), AnchorMarker.class, StoreUnavailable::new)
                    .head();
        }
    }

    /** Shows the entries of an incident. */
    @Command(
            name = "show",
            description = "Shows the audit entries of an incident, one line of JSON each, oldest first.")
    private final class Show implements Callable<Integer> {
        private static final int PAGE = 200;

        @Parameters(paramLabel = "INCIDENT", description = "Id of the incident.")
        private String incident = "";

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "Data directory of the functions (TIERCEL_DATA; default: .tiercel/functions).")
        private Path data;

        @Option(names = "--help", usageHelp = true, description = "Shows this help.")
        private boolean showHelp;

        Show(Path data) {
            this.data = data;
        }

        @Override
        public Integer call() throws Exception {
            return read(() -> {
                long shown = SqliteAuditSource.with(data, this::show);
                if (shown == 0) {
                    err.println("tiercel audit: the log has no entries of incident " + incident);
                }
                return shown == 0 ? NONE : INTACT;
            });
        }

        private long show(AuditSource source) {
            String chain = AuditChain.idOfIncident(incident);
            long last = 0;
            List<AuditSource.StoredEntry> page;
            do {
                page = source.entries(chain, last, PAGE);
                for (AuditSource.StoredEntry entry : page) {
                    out.println(entry.record().line());
                    last = Math.max(entry.record().number(), last + 1);
                }
            } while (!page.isEmpty());
            return last;
        }
    }

    /** Checks that a root has 64 hexadecimal digits. */
    static final class RootConverter implements ITypeConverter<String> {
        private static final Pattern ROOT = Pattern.compile("[0-9a-f]{64}");

        @Override
        public String convert(String value) {
            if (!ROOT.matcher(value).matches()) {
                throw new TypeConversionException("\"" + value + "\" is not a root: 64 hexadecimal digits");
            }
            return value;
        }
    }
}
