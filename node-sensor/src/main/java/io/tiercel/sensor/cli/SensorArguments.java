package io.tiercel.sensor.cli;

import io.tiercel.sensor.livetest.LiveTestRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines that start a sensor in a child process, with the classes of this program. */
final class SensorArguments {
    private SensorArguments() {}

    /**
     * Returns the command line of a sensor for live tests. It matches all rules, and marks outputs.
     *
     * @param enableAll whether rules are enabled that are off by default
     */
    static List<String> forLiveTests(List<Path> rules, boolean enableAll) {
        List<String> arguments = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Tiercel.class.getName(),
                "sensor",
                "--output",
                "json",
                "--rule-matching",
                "all",
                "--append-output",
                LiveTestRunner.markedOutput()));
        if (enableAll) {
            arguments.addAll(List.of("--enable", "*"));
        }
        for (Path file : rules) {
            arguments.add("--rules");
            arguments.add(file.toString());
        }
        return arguments;
    }
}
