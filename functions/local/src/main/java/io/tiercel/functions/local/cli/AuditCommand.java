package io.tiercel.functions.local.cli;

import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.sqlite.SqliteAuditLog;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code audit}: verifies the audit log. */
@Command(
        name = "tiercel audit",
        description = "Works with the audit log of the functions.",
        synopsisSubcommandLabel = "COMMAND")
public final class AuditCommand implements Runnable {
    private static final int INTACT = 0;
    private static final int BROKEN = 1;
    private static final int NOT_VERIFIED = 2;

    private final PrintStream out;
    private final PrintStream err;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    public AuditCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the command.
     *
     * @param arguments the arguments after {@code audit}
     * @param data the default data directory
     * @return the exit status: 0 if the log is intact, 1 if it is broken, 2 if it could not be verified
     */
    public int run(List<String> arguments, Path data) {
        return CommandLines.create(this, out, err, new Verify(data)).execute(arguments.toArray(String[]::new));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "specify a command");
        }
    }

    /** Verifies the hash chain. */
    @Command(name = "verify", description = "Verifies that no entry of the audit log was changed or removed.")
    private final class Verify implements Callable<Integer> {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "Data directory of the functions (TIERCEL_DATA; default: .tiercel/functions).")
        private Path data;

        @Option(
                names = "--expect",
                paramLabel = "NUMBER:HASH",
                converter = HeadConverter.class,
                description = "Output of an earlier verification: the log must still contain that entry.")
        private @Nullable AuditHead expected;

        @Option(names = "--help", usageHelp = true, description = "Shows this help.")
        private boolean verifyHelp;

        Verify(Path data) {
            this.data = data;
        }

        @Override
        public Integer call() {
            try {
                AuditVerdict verdict = SqliteAuditLog.verify(data, Optional.ofNullable(expected));
                out.println(verdict.description());
                return verdict instanceof AuditVerdict.Intact ? INTACT : BROKEN;
            } catch (StoreUnavailable e) {
                err.println("tiercel audit: " + e.getMessage());
                return NOT_VERIFIED;
            }
        }
    }

    /** Parses {@code NUMBER:HASH}. */
    static final class HeadConverter implements ITypeConverter<AuditHead> {
        private static final Pattern HEAD = Pattern.compile("([1-9][0-9]{0,17}):([0-9a-f]{64})");

        @Override
        public AuditHead convert(String value) {
            Matcher head = HEAD.matcher(value);
            if (!head.matches()) {
                throw new TypeConversionException("\"" + value + "\" is not NUMBER:HASH");
            }
            return new AuditHead(Long.parseLong(head.group(1)), head.group(2));
        }
    }
}
