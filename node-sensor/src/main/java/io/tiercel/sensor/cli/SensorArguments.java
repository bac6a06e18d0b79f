package io.tiercel.sensor.cli;

import io.tiercel.sensor.livetest.LiveTestRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines that start a sensor in a process of its own, from this program's own classes. */
final class SensorArguments {
    private SensorArguments() {}

    /** A sensor for trials: all rules of the files, also those that are off, each that matches, told apart by marks. */
    static List<String> ofTrials(List<Path> rules) {
        List<String> words = new ArrayList<>(List.of(
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
                "--enable",
                "*",
                "--append-output",
                LiveTestRunner.markedOutput()));
        for (Path file : rules) {
            words.add("--rules");
            words.add(file.toString());
        }
        return words;
    }
}
