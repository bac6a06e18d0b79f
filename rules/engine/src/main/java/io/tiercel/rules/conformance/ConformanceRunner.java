package io.tiercel.rules.conformance;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs case files and reports what differs. A case of an unknown kind has failed, and so has a case that cannot be read.
 */
public final class ConformanceRunner {
    private ConformanceRunner() {}

    /**
     * Runs every case of the files; prints a line for each that failed and a summary last.
     *
     * @return 0 if all passed, else 1; also 1 if a file could not be read
     */
    public static int run(List<Path> files, PrintStream out) {
        int passed = 0;
        int failed = 0;
        boolean unreadable = false;
        for (Path file : files) {
            try {
                for (ConformanceCase wanted : CaseFile.read(file)) {
                    CaseResult outcome = outcome(wanted);
                    passed += outcome.passed() ? 1 : 0;
                    failed += outcome.passed() ? 0 : 1;
                    if (!outcome.passed()) {
                        out.println(outcome.id() + ": expected " + outcome.expected() + ", got " + outcome.got());
                    }
                }
            } catch (CaseException e) {
                unreadable = true;
                out.println(file + ": " + e.getMessage());
            }
        }
        out.println(passed + " passed, " + failed + " failed");
        return failed > 0 || unreadable ? 1 : 0;
    }

    /**
     * What came of every case of a file, in its order.
     *
     * @throws IllegalArgumentException if the file cannot be read as cases
     */
    public static List<CaseResult> outcomes(Path file) {
        try {
            List<CaseResult> outcomes = new ArrayList<>();
            for (ConformanceCase wanted : CaseFile.read(file)) {
                outcomes.add(outcome(wanted));
            }
            return outcomes;
        } catch (CaseException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    private static CaseResult outcome(ConformanceCase wanted) {
        try {
            return switch (wanted.kind()) {
                case "eval" -> LanguageCases.eval(wanted);
                case "evttypes" -> LanguageCases.eventTypes(wanted);
                case "format" -> LanguageCases.format(wanted);
                case "load" -> LoadCases.load(wanted);
                case "alert" -> AlertCases.alert(wanted);
                default ->
                    new CaseResult(
                            wanted.id(),
                            false,
                            String.valueOf(wanted.get("expect")),
                            "unknown kind '" + wanted.kind() + "'");
            };
        } catch (CaseException e) {
            return new CaseResult(
                    wanted.id(), false, String.valueOf(wanted.get("expect")), String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError e) {
            // A fault of the engine fails its case and not the cases behind it.
            return new CaseResult(wanted.id(), false, String.valueOf(wanted.get("expect")), "the engine failed: " + e);
        }
    }
}
