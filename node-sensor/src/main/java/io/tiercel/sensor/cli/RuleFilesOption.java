package io.tiercel.sensor.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --rules} of the commands that read rules. */
final class RuleFilesOption {
    @Option(
            names = "--rules",
            paramLabel = "FILE|DIR",
            description = "Rule files or folders, loaded in this order. Default: the bundled detections.")
    private List<Path> files = List.of();

    /** Returns the given files and folders, or an empty list for the default. */
    List<Path> files() {
        return files;
    }
}
