package io.tiercel.bench.live;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the sensors that a benchmark measures. */
final class SubjectOptions {
    @Option(names = "--sensor", paramLabel = "PROGRAM", hidden = true, required = true)
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private Path sensor;

    @Option(
            names = "--peer",
            paramLabel = "COMMAND",
            description = "Another sensor to measure in the same rounds. A shell command that stays in the foreground"
                    + " and prints alerts about reads of " + Bait.FILE + " unbuffered, one per line.")
    private @Nullable String peer;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write every single observation to a file.")
    private @Nullable Path json;

    /** Returns the launcher of Tiercel's sensor. */
    Path sensor() {
        return sensor;
    }

    /** Returns the sensors to measure, Tiercel's with these rules and perhaps a peer. */
    List<MeasuredSensor> subjects(List<Path> rules) {
        List<MeasuredSensor> subjects =
                new ArrayList<>(List.of(new MeasuredSensor.TiercelSensor(sensor, rules, List.of())));
        subjects.addAll(peers());
        return subjects;
    }

    /** Returns the other sensor, or an empty list. */
    List<MeasuredSensor> peers() {
        return peer == null ? List.of() : List.of(new MeasuredSensor.PeerSensor(peer));
    }

    /** Returns the file for single observations, or null. */
    @Nullable
    Path json() {
        return json;
    }
}
