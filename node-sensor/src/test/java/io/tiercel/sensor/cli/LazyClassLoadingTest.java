package io.tiercel.sensor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.app.SensorRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classes that a sensor loads if it only prints alerts. */
@Tag("unit")
class LazyClassLoadingTest {
    @TempDir
    Path folder;

    @Test
    void unusedFeaturesLoadNoClasses() throws IOException, InterruptedException {
        Path root = Path.of(System.getProperty("tiercel.root"));
        Path loaded = folder.resolve("loaded");
        int code = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + loaded,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Tiercel.class.getName(),
                        "sensor",
                        "--rules",
                        root.resolve("rules/detections").toString(),
                        "--replay",
                        root.resolve("rules/tests/recordings/demo.trec").toString())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start()
                .waitFor();
        assertEquals(0, code, Files.readString(folder.resolve("err")));
        try (Stream<String> lines = Files.lines(loaded)) {
            List<String> classes = lines.map(line -> line.substring(line.indexOf(']', line.lastIndexOf("load")) + 2))
                    .toList();
            assertTrue(classes.stream().anyMatch(line -> line.startsWith(SensorRun.class.getName())));
            for (String unwanted : List.of(
                    "io.netty.",
                    "io.grpc.netty.",
                    "com.google.protobuf.",
                    "org.bouncycastle.",
                    "io.tiercel.sensor.grpc.GrpcServer")) {
                assertEquals(
                        List.of(),
                        classes.stream()
                                .filter(line -> line.startsWith(unwanted))
                                .toList());
            }
        }
    }
}
