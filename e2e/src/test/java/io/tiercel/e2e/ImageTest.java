package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tiercel image}: the image behaves like the build that it was made from, wherever it is copied. */
@Tag("packaged")
class ImageTest {
    private static final Path IMAGE = Tiercel.ROOT.resolve(".tiercel/image");
    private static final String DEMO = "rules/tests/recordings/demo.trec";

    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeImage() throws IOException, InterruptedException {
        try (Tiercel tiercel = Tiercel.start(folder, List.of(), "image")) {
            assertEquals(0, tiercel.exitStatus(240), tiercel::err);
        }
    }

    @Test
    void yieldsTheSameAlertsAsTheBuild() throws IOException, InterruptedException {
        Path target = Tiercel.ROOT.resolve("node-sensor/target");
        String built = output(
                Map.of("TIERCEL_HOME", Tiercel.ROOT.toString()),
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                target + "/classes:" + target + "/lib/*",
                "io.tiercel.sensor.cli.Tiercel",
                "sensor",
                "--replay",
                Tiercel.ROOT.resolve(DEMO).toString());
        assertFalse(built.isEmpty());
        assertEquals(built, output(Map.of(), replay(IMAGE)));
    }

    /** In this mode the JVM starts only if it can use the AOT cache. */
    @Test
    void cacheIsUsableAfterTheImageIsCopied() throws IOException, InterruptedException {
        Path elsewhere = folder.resolve("elsewhere");
        output(Map.of(), "cp", "-a", IMAGE.toString(), elsewhere.toString());
        assertFalse(output(Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on"), replay(elsewhere))
                .isEmpty());
    }

    @Test
    void runsOnAReadOnlyFileSystem() throws IOException, InterruptedException {
        assumeTrue(Tiercel.isRoot(), "remounting a file system requires root");
        String readOnly = "mount -o remount,bind,ro / && if touch /tmp/written; then exit 9; fi; exec \"$@\"";
        List<String> arguments = new ArrayList<>(List.of("unshare", "--mount", "/bin/sh", "-c", readOnly, "sh"));
        arguments.addAll(List.of(replay(IMAGE)));
        assertFalse(output(Map.of(), arguments.toArray(String[]::new)).isEmpty());
    }

    private static String[] replay(Path image) {
        return new String[] {
            image.resolve("bin/tiercel").toString(),
            "sensor",
            "--replay",
            image.resolve(DEMO).toString()
        };
    }

    private static String output(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
            assertEquals(0, process.exitValue(), () -> Tiercel.read(err));
        } finally {
            process.destroyForcibly();
        }
        return Tiercel.read(out);
    }
}
