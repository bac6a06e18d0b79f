package io.tiercel.bench.live;

import io.tiercel.rules.engine.Rule;
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
        return new NodeRules(files, GeneratedRules.load(files).size());
    }

    /**
     * Returns these rules and copies of them.
     *
     * @param folder receives a file with the copies
     */
    NodeRules withCopies(Path folder) throws BenchException, IOException {
        List<Rule> rules = GeneratedRules.load(files);
        if (rules.size() >= MANY) {
            return this;
        }
        Path copies = folder.resolve("copies.yaml");
        Files.writeString(copies, GeneratedRules.copies(rules, MANY - rules.size()));
        List<Path> all = new ArrayList<>(files);
        all.add(copies);
        return new NodeRules(all, MANY);
    }

    /** Returns Tiercel's sensor with these rules. */
    MeasuredSensor sensor(Path program) {
        return new MeasuredSensor.TiercelSensor(program, files, List.of("--enable", "*"));
    }
}
