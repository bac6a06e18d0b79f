package io.tiercel.bench.live;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The option for the rules of Tiercel's sensor. */
final class RuleOptions {
    /** Environment variable with the folder of Falco's rules. */
    static final String FALCO_RULES = "TIERCEL_FALCO_RULES";

    private static final String FALCO_STABLE_RULES = "falco_rules.yaml";

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description =
                    "Rule files or folders of the sensor. Default: Falco's stable rules if TIERCEL_FALCO_RULES is the"
                            + " folder of " + FALCO_STABLE_RULES + ", otherwise Tiercel's detections.")
    private List<Path> rules = new ArrayList<>();

    /** Returns the rule files; empty for the detections of the image. */
    List<Path> files() {
        String falco = System.getenv(FALCO_RULES);
        return !rules.isEmpty() || falco == null ? rules : List.of(Path.of(falco, FALCO_STABLE_RULES));
    }

    /** Returns the files as text for a report. */
    String title() {
        return files().isEmpty() ? "rules/detections" : names(files());
    }

    /** Returns true if Falco's stable rules are among the files. */
    boolean areFalcos() {
        return files().stream().anyMatch(file -> file.endsWith(FALCO_STABLE_RULES));
    }

    /** Returns the names of files for a report, without their folders, which differ between machines. */
    static String names(List<Path> files) {
        return files.stream()
                .map(file -> file.getFileName() == null
                        ? file.toString()
                        : file.getFileName().toString())
                .collect(Collectors.joining(", "));
    }
}
