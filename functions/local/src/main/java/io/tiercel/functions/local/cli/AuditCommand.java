package io.tiercel.functions.local.cli;

import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.sqlite.SqliteAuditLog;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code audit verify}: whether the audit log is as it was written, and if not, where it breaks. */
public final class AuditCommand {
    private static final String USAGE = """
        usage: audit verify [--data DIR] [--expect NUMBER:HASH]
          --data DIR            the functions' data folder (TIERCEL_DATA; default .tiercel/functions)
          --expect NUMBER:HASH  what an earlier verification has printed: the log must still hold that entry\
        """;

    private static final Pattern EXPECTED = Pattern.compile("([1-9][0-9]{0,17}):([0-9a-f]{64})");
    private static final int INTACT = 0;
    private static final int BROKEN = 1;
    private static final int NOT_VERIFIED = 2;

    private final PrintStream out;
    private final PrintStream err;

    public AuditCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the command.
     *
     * @param arguments what follows {@code audit}
     * @param data the folder, if no argument says another
     * @return the exit status: 0 if the log is intact, 1 if not, 2 if that cannot be said
     */
    public int run(List<String> arguments, Path data) {
        Iterator<String> rest = arguments.iterator();
        if (!rest.hasNext() || !rest.next().equals("verify")) {
            return wrong("say what to do: audit verify");
        }
        Path folder = data;
        Optional<AuditHead> expected = Optional.empty();
        while (rest.hasNext()) {
            String option = rest.next();
            if (option.equals("--help")) {
                out.println(USAGE);
                return INTACT;
            }
            if (!rest.hasNext()) {
                return wrong(option + " is unknown, or needs a value");
            }
            String value = rest.next();
            Matcher head = EXPECTED.matcher(value);
            if (option.equals("--data")) {
                folder = Path.of(value);
            } else if (option.equals("--expect") && head.matches()) {
                expected = Optional.of(new AuditHead(Long.parseLong(head.group(1)), head.group(2)));
            } else {
                return wrong(option + " " + value + ": not understood");
            }
        }
        return verify(folder, expected);
    }

    private int verify(Path folder, Optional<AuditHead> expected) {
        try {
            AuditVerdict verdict = SqliteAuditLog.verify(folder, expected);
            out.println(verdict.description());
            return verdict instanceof AuditVerdict.Intact ? INTACT : BROKEN;
        } catch (StoreUnavailable e) {
            err.println("tiercel audit: " + e.getMessage());
            return NOT_VERIFIED;
        }
    }

    private int wrong(String what) {
        err.println("tiercel audit: " + what + "\n" + USAGE);
        return NOT_VERIFIED;
    }
}
