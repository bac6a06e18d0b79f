package io.tiercel.bench;

import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadReport;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.rules.load.RuleToggle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads the rules for the benchmarks: Falco's rules if {@code TIERCEL_FALCO_RULES} is their folder, otherwise
 * Tiercel's detections. All rules are enabled.
 */
public final class BenchmarkRules {
    private static final String FALCO_RULES = "TIERCEL_FALCO_RULES";
    private static final List<RuleToggle> ALL = List.of(new RuleToggle.ByName(true, "*"));

    private BenchmarkRules() {}

    static Path folder() {
        String falco = System.getenv(FALCO_RULES);
        return falco == null ? Path.of("rules", "detections") : Path.of(falco);
    }

    static LoadedRules load(List<RuleSource> sources) {
        LoadResult result = new RuleLoader(LoadOptions.defaults().withToggles(ALL)).load(sources);
        LoadedRules rules = result.rules();
        if (rules == null || rules.rules().isEmpty()) {
            throw new IllegalStateException(
                    "no rules in " + folder().toAbsolutePath() + "; run in the project's root or set " + FALCO_RULES
                            + " to a folder of rule files\n" + LoadReport.text(result));
        }
        return rules;
    }

    /** Returns all rules of the folder, enabled. */
    public static LoadedRules load() {
        return load(sources());
    }

    /** Returns the same and copies of them, enabled. */
    static LoadedRules withCopies(int copies) {
        LoadedRules rules = load();
        if (copies == 0) {
            return rules;
        }
        List<RuleSource> sources = new ArrayList<>(sources());
        sources.add(new RuleSource.Text("copies.yaml", GeneratedRules.copies(rules.rules(), copies)));
        return load(sources);
    }

    static List<RuleSource> sources() {
        return RuleSource.readAll(List.of(folder()));
    }
}
