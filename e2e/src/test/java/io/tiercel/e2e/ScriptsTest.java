package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell scripts: shellcheck finds nothing, help works, and missing tools are reported. */
@Tag("unit")
class ScriptsTest {
    @TempDir
    Path folder;

    /** Entry points; shellcheck follows the files that they source. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiercel",
                "mvnw",
                ".ci/run",
                "bpf/build",
                "bpf/generate",
                "bpf/kernels/run",
                "e2e/src/test/sh/boot-host",
                "e2e/src/test/sh/package-upgrade",
                "infra/image/build",
                "infra/image/launcher",
                "infra/image/packages",
                "infra/image/system-libraries",
                "infra/image/server/build",
                "infra/image/server/launcher",
                "infra/package/files/bin/tiercel"
            })
    void shellcheckFindsNothing(String script) throws Exception {
        Tool.onPath("shellcheck").out("-x", script);
    }

    @Test
    void helpListsTheCommands() throws Exception {
        String help = new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of()).out("help");
        for (String command :
                new String[] {"up", "sensor", "functions", "rules", "test", "bench", "image", "package"}) {
            assertTrue(help.contains("\n  " + command + " "), command);
        }
    }

    /** A PATH without Maven: the wrapper names the tool, says how to get it, and fails. */
    @Test
    void wrapperReportsMissingMaven() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        for (String tool : new String[] {"bash", "dirname", "env", "grep"}) {
            Files.createSymbolicLink(
                    bin.resolve(tool),
                    Path.of(Tool.onPath("sh").out("-c", "command -v " + tool).strip()));
        }
        Tool.Result result =
                new Tool(Tiercel.ROOT.resolve("mvnw").toString(), Map.of("PATH", bin.toString())).run("-v");
        assertEquals(2, result.status(), result.text());
        assertTrue(result.text().contains("Maven 3.8.7 or later is required"), result.text());
    }
}
