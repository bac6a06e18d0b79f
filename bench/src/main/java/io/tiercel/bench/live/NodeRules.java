package io.tiercel.bench.live;

import io.tiercel.bench.GeneratedRules;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadReport;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of a run, all enabled.
 *
 * @param files rule files and folders
 * @param count number of rules in them
 */
record NodeRules(List<Path> files, int count) {
    /** Number of rules in the run with many. */
    static final int MANY = 1_000;

    /** Returns the rules of an official folder: Falco's if {@code TIERCEL_FALCO_RULES} is set, otherwise Tiercel's detections. */
    static NodeRules official(List<Path> chosen) throws BenchException {
        String falco = System.getenv(RuleOptions.FALCO_RULES);
        Path folder = falco == null ? Path.of("rules", "detections") : Path.of(falco);
        List<Path> files = chosen.isEmpty() ? List.of(folder) : chosen;
        return new NodeRules(files, load(files).size());
    }

    /**
     * Returns these rules and copies of them.
     *
     * @param folder receives a file with the copies
     */
    NodeRules withCopies(Path folder) throws BenchException, IOException {
        List<Rule> rules = load(files);
        if (rules.size() >= MANY) {
            return this;
        }
        Path copies = folder.resolve("copies.yaml");
        try {
            Files.writeString(copies, GeneratedRules.copies(rules, MANY - rules.size()));
        } catch (IllegalArgumentException e) {
            throw new BenchException(String.valueOf(e.getMessage()));
        }
        List<Path> all = new ArrayList<>(files);
        all.add(copies);
        return new NodeRules(all, MANY);
    }

    /** Returns Tiercel's sensor with these rules. */
    MeasuredSensor sensor(Path program) {
        return new MeasuredSensor.TiercelSensor(program, files, List.of("--enable", "*"));
    }

    /** Returns the rules of files. */
    static List<Rule> load(List<Path> files) throws BenchException {
        LoadResult result = new RuleLoader(LoadOptions.defaults()).load(RuleSource.readAll(files));
        LoadedRules rules = result.rules();
        if (rules == null || rules.rules().isEmpty()) {
            throw new BenchException("no rules in " + files + "\n" + LoadReport.text(result));
        }
        return rules.rules();
    }
}
