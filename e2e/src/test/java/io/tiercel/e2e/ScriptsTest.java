package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

    /** A machine with another clang only: the first command installs the pinned one by name, and the build uses it. */
    @Test
    void installsThePinnedCompilerBesideAnotherOne() throws Exception {
        Path bin = machineWithOtherCompilers("clang-19");
        String output = firstCommand(bin, Map.of());
        assertTrue(Files.readString(folder.resolve("installed")).matches("(?s).* clang-19\\b.*"), output);
        assertTrue(output.contains("bpf/build: compiling tiercel.bpf.c with clang-19 (clang 19)\n"), output);
        assertEquals("clang-19\n", Files.readString(folder.resolve("compiled")), output);
    }

    @Test
    void usesAnotherCompilerOnlyIfItIsNamed() throws Exception {
        Path bin = machineWithOtherCompilers("clang-18");
        String output = firstCommand(bin, Map.of());
        assertTrue(output.contains("the capture program requires clang-19, and apt-get does not know"), output);
        assertFalse(Files.exists(folder.resolve("compiled")), output);
        output = firstCommand(bin, Map.of("TIERCEL_CLANG", "clang-18"));
        assertTrue(output.contains("bpf/build: warning: clang 18 is not tested"), output);
        assertEquals("clang-18\n", Files.readString(folder.resolve("compiled")), output);
    }

    /** Runs a command in a clone that is not built. Maven only compiles the capture program. */
    private String firstCommand(Path bin, Map<String, String> environment) throws Exception {
        Path clone = folder.resolve("clone");
        if (!Files.exists(clone)) {
            for (String part : List.of("functions", "node-sensor", "http", "rules/engine")) {
                Files.createDirectories(clone.resolve(part));
            }
            for (String part : List.of("tiercel", "mvnw", "pom.xml", "scripts", "bpf")) {
                Tool.onPath("cp").out("-r", Tiercel.ROOT.resolve(part).toString(), clone.toString());
            }
        }
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(Map.of("PATH", bin.toString(), "TIERCEL_BUILD", "yes", "SOME", folder.toString()));
        return new Tool(clone.resolve("tiercel").toString(), all).run("version").text();
    }

    /** Returns a PATH whose only compilers are clang, clang-18 and clang-21; apt-get knows one package of a compiler. */
    private Path machineWithOtherCompilers(String available) throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        try (Stream<Path> programs = Files.list(Path.of("/usr/bin"))) {
            for (Path program : programs.toList()) {
                String name = program.getFileName().toString();
                if (!name.matches("clang.*|apt-.*|mvn|sudo")) {
                    Files.createSymbolicLink(bin.resolve(name), program);
                }
            }
        }
        for (int version : new int[] {18, 21}) {
            program(bin, "clang-" + version, compiler("clang-" + version));
        }
        program(bin, "clang", compiler("clang-21"));
        program(bin, "sudo", "[ \"$1\" != -n ] || shift; exec \"$@\"");
        program(bin, "mvn", "exec bpf/build \"$SOME/object\"");
        program(
                bin,
                "apt-cache",
                "case $2 in clang-*) [ $2 = %s ] && v=1 || v='(none)' ;; *) v=1 ;; esac; echo \"  Candidate: $v\""
                        .formatted(available));
        Path installed = program(folder, "clang-19", compiler("clang-19"));
        program(
                bin,
                "apt-get",
                "echo \"$@\" >>\"$SOME/installed\"; case \" $* \" in *' clang-19 '*) cp %s %s ;; esac"
                        .formatted(installed, bin));
        return bin;
    }

    private static String compiler(String name) {
        return "case $1 in -E) echo %s ;; *) echo %s >\"$SOME/compiled\" ;; esac".formatted(name.substring(6), name);
    }

    private static Path program(Path bin, String name, String script) throws Exception {
        Path program = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
        assertTrue(program.toFile().setExecutable(true));
        return program;
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

    /** A tag can be moved to other code. A job that builds or tests runs foreign code, so its token only reads. */
    @Test
    void workflowsPinTheirActionsAndGiveNoRightsToBuilds() throws Exception {
        List<Path> workflows;
        try (Stream<Path> files = Files.list(Tiercel.ROOT.resolve(".github/workflows"))) {
            workflows = files.toList();
        }
        assertFalse(workflows.isEmpty());
        for (Path workflow : workflows) {
            String text = Files.readString(workflow);
            List<String> unpinned = text.lines()
                    .filter(line -> line.strip().matches("(- )?uses:.*"))
                    .filter(line -> !line.matches(".*uses: [\\w./-]+@[0-9a-f]{40} # v?\\d+\\.\\d+\\.\\d+"))
                    .toList();
            assertEquals(List.of(), unpinned, workflow::toString);
            JsonNode document = new YAMLMapper().readTree(text);
            assertTrue(
                    document.path("permissions").isObject()
                            && !document.path("permissions").toString().contains("write"),
                    workflow::toString);
            for (JsonNode job : document.path("jobs")) {
                if (job.toString().matches("(?s).*(\\./tiercel|mvnw|checkout@).*")) {
                    assertFalse(job.path("permissions").toString().contains("write"), job::toString);
                    assertEquals(
                            job.toString().split("actions/checkout@", -1).length,
                            job.toString().split("\"persist-credentials\":false", -1).length,
                            "the token stays on disk");
                }
            }
        }
        String release = Files.readString(Tiercel.ROOT.resolve(".github/workflows/release.yml"));
        assertFalse(release.contains("cache:") || release.contains("/cache@"), "another workflow fills caches");
        JsonNode publish = new YAMLMapper().readTree(release).at("/jobs/publish");
        assertEquals(
                "{\"contents\":\"write\",\"id-token\":\"write\",\"attestations\":\"write\"}",
                publish.path("permissions").toString());
        for (String step : List.of("sha256sum --check --strict", "cosign sign-blob", "attest-build-provenance@")) {
            assertTrue(publish.toString().contains(step), step);
        }
    }
}
