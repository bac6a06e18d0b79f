package io.tiercel.rules.conformance;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs case files and reports differences. Cases of an unknown kind and invalid cases count as failed.
 */
public final class ConformanceRunner {
    private ConformanceRunner() {}

    /**
     * Runs all cases of the files. Prints a line for each failed case and a summary at the end.
     *
     * @return 0 if all cases passed, 1 if a case failed or a file could not be read
     */
    public static int run(List<Path> files, PrintStream out) {
        int passed = 0;
        int failed = 0;
        boolean unreadable = false;
        for (Path file : files) {
            try {
                for (ConformanceCase testCase : CaseFile.read(file)) {
                    CaseResult result = result(testCase);
                    passed += result.passed() ? 1 : 0;
                    failed += result.passed() ? 0 : 1;
                    if (!result.passed()) {
                        out.println(result.id() + ": expected " + result.expected() + ", got " + result.actual());
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
     * Returns the results of all cases of a file, in order.
     *
     * @throws IllegalArgumentException if the file is not a valid case file
     */
    public static List<CaseResult> results(Path file) {
        try {
            List<CaseResult> results = new ArrayList<>();
            for (ConformanceCase testCase : CaseFile.read(file)) {
                results.add(result(testCase));
            }
            return results;
        } catch (CaseException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    private static CaseResult result(ConformanceCase testCase) {
        try {
            return switch (testCase.kind()) {
                case "eval" -> LanguageCases.eval(testCase);
                case "evttypes" -> LanguageCases.eventTypes(testCase);
                case "format" -> LanguageCases.format(testCase);
                case "load" -> LoadCases.load(testCase);
                case "alert" -> AlertCases.alert(testCase);
                default ->
                    new CaseResult(
                            testCase.id(),
                            false,
                            String.valueOf(testCase.get("expect")),
                            "unknown kind '" + testCase.kind() + "'");
            };
        } catch (CaseException e) {
            return new CaseResult(
                    testCase.id(), false, String.valueOf(testCase.get("expect")), String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError e) {
            // An engine error fails this case, but the following cases still run.
            return new CaseResult(
                    testCase.id(), false, String.valueOf(testCase.get("expect")), "the engine failed: " + e);
        }
    }
}
