package io.tiercel.sensor.cli;

import io.tiercel.sensor.livetest.LiveTestResult;
import java.io.PrintStream;
import java.util.List;
import java.util.TreeMap;

/** The number of techniques that raised an alert, by tactic. The file of a technique is named after its tactic. */
final class TechniqueCount {
    private final TreeMap<String, Tactic> tactics = new TreeMap<>();

    private record Tactic(int detected, int performed) {
        static final Tactic NONE = new Tactic(0, 0);

        Tactic plus(Tactic other) {
            return new Tactic(detected + other.detected, performed + other.performed);
        }
    }

    /** Counts the results of tests that name a technique. A skipped test counts nowhere. */
    TechniqueCount(List<LiveTestResult> results) {
        for (LiveTestResult result : results) {
            if (!result.test().technique().isEmpty() && !(result instanceof LiveTestResult.Skipped)) {
                boolean detected = result instanceof LiveTestResult.Passed
                        && !result.test().silent();
                tactics.merge(tactic(result.test().location()), new Tactic(detected ? 1 : 0, 1), Tactic::plus);
            }
        }
    }

    /** Prints a line for each tactic, and the sum. */
    void print(PrintStream out) {
        tactics.forEach((name, tactic) ->
                out.println("%-24s %3d of %3d".formatted(name, tactic.detected(), tactic.performed())));
        Tactic all = tactics.values().stream().reduce(Tactic.NONE, Tactic::plus);
        out.println(all.detected() + " of " + all.performed() + " techniques raised an alert of Tiercel's rules");
    }

    private static String tactic(String location) {
        String file = location.substring(location.lastIndexOf('/') + 1);
        return file.substring(0, file.indexOf('.'));
    }
}
