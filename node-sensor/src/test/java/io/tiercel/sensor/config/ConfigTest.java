package io.tiercel.sensor.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers, checks, and messages that say where and what. */
class ConfigTest {
    @TempDir
    private Path dir;

    private Path file(String text) throws IOException {
        return Files.writeString(dir.resolve("tiercel.yaml"), text);
    }

    private String problem(String text) throws IOException {
        Path file = file(text);
        ConfigException e = assertThrows(ConfigException.class, () -> Config.of(file, Map.of(), Map.of()));
        return String.valueOf(e.getMessage()).replace(file.toString(), "F");
    }

    @Test
    void theCommandLineOverridesTheEnvironmentAndThatTheFile() throws IOException, ConfigException {
        Path file = file("""
                hostname: from-file
                rules:
                  files: [a.yaml, b.yaml]
                  priority: warning
                outputs:
                  http: {url: "http://127.0.0.1:1/", timeout_ms: 250}
                """);
        Config config = Config.of(
                file,
                Map.of("TIERCEL_RULES_PRIORITY", "error", "TIERCEL_OUTPUTS_HTTP_TIMEOUT_MS", "300", "HOME", "/"),
                Map.of(Settings.HTTP_TIMEOUT_MS, List.of("400")));
        assertEquals("from-file", config.text(Settings.HOSTNAME));
        assertEquals(file + ":1", config.origin(Settings.HOSTNAME).toString());
        assertEquals(List.of("a.yaml", "b.yaml"), config.texts(Settings.RULES_FILES));
        assertEquals("error", config.text(Settings.RULES_PRIORITY));
        assertEquals(
                "TIERCEL_RULES_PRIORITY", config.origin(Settings.RULES_PRIORITY).toString());
        assertEquals(400, config.number(Settings.HTTP_TIMEOUT_MS));
        assertEquals(
                "--outputs-http-timeout-ms",
                config.origin(Settings.HTTP_TIMEOUT_MS).toString());
        assertEquals("first", config.text(Settings.RULES_MATCHING));
        assertEquals("default", config.origin(Settings.RULES_MATCHING).toString());
    }

    @Test
    void unknownKeysAreErrorsWithASuggestion() throws IOException {
        assertEquals(
                "F:2: there is no key outputs.htpp; did you mean outputs.http?",
                problem("outputs:\n  htpp: {url: x}\n"));
        assertEquals("F:1: there is no key hostnam; did you mean hostname?", problem("hostnam: x"));
        assertTrue(problem("zzz: 1").startsWith("F:1: there is no key zzz; here are hostname, log, rules, "));
        assertTrue(problem("outputs: {file: {zz: 1}}").contains("here are outputs.file.path, outputs.file.format"));
    }

    @Test
    void valuesOfTheWrongKindAreErrorsThatSayWhatIsRight() throws IOException {
        assertEquals(
                "F:1: outputs.http.timeout_ms is a whole number of ms from 100 to 60000, not \"5s\"",
                problem("outputs: {http: {timeout_ms: 5s}}"));
        assertEquals("F:1: rules.matching is first or all, not \"some\"", problem("rules: {matching: some}"));
        assertEquals(
                "F:1: rules.priority is a text",
                problem("rules: {priority: [a]}").replaceAll("is emergency.*", "is a text"));
        assertEquals("F:1: rules holds keys, each with a colon behind it", problem("rules: 3"));
        assertTrue(problem("hostname: [").startsWith("F:1: not YAML"));
        assertEquals(
                "F:3: hostname stands here for the second time; first in line 1",
                problem("hostname: a\nrules: {}\nhostname: b\n"));
        assertTrue(assertThrows(ConfigException.class, () -> Config.of(dir.resolve("none"), Map.of(), Map.of()))
                .toString()
                .contains("there is no such file"));
    }

    @Test
    void allProblemsAreSaidAtOnce() throws IOException {
        assertEquals(2, problem("hostnam: x\nrules: {matching: some}\n").lines().count());
    }

    @Test
    void secretsComeFromTheEnvironmentOnlyAndAreNotRepeated() throws IOException, ConfigException {
        String said = problem("outputs: {http: {authorization: hunter2}}");
        assertTrue(said.contains("TIERCEL_OUTPUTS_HTTP_AUTHORIZATION"), said);
        assertFalse(said.contains("hunter2"));
        Config config = Config.of(null, Map.of("TIERCEL_OUTPUTS_HTTP_AUTHORIZATION", "hunter2"), Map.of());
        assertEquals("hunter2", config.text(Settings.HTTP_AUTHORIZATION));
    }

    @Test
    void aMisspelledVariableIsNoticed() {
        assertEquals(
                List.of("TIERCEL_OUTPUTS_HTTP_ULR is no setting; did you mean TIERCEL_OUTPUTS_HTTP_URL?"),
                Config.doubtfulVariables(Map.of("TIERCEL_OUTPUTS_HTTP_ULR", "x", "TIERCEL_HOME", "/", "PATH", "x")));
        assertEquals(
                List.of("TIERCEL_GRPC_LISTENS is no setting; did you mean TIERCEL_GRPC_LISTEN?"),
                Config.doubtfulVariables(Map.of("TIERCEL_GRPC_LISTENS", "x", "TIERCEL_CONFIG", "f")));
    }

    @Test
    void pathsVariablesAndFlagsAreUnique() {
        assertEquals(
                Settings.ALL.size(),
                new TreeSet<>(Settings.ALL.stream().map(Setting::path).toList()).size());
        assertEquals(
                Settings.ALL.size(),
                new TreeSet<>(Settings.ALL.stream().map(Setting::variable).toList()).size());
        assertEquals(
                Settings.ALL.size(),
                new TreeSet<>(Settings.ALL.stream().map(Setting::flag).toList()).size());
    }

    @Test
    void theSchemaInTheDocumentsIsThatOfTheTable() throws IOException {
        Path schema = Path.of(System.getProperty("tiercel.root"), "docs/tiercel.schema.json");
        assertEquals(
                ConfigSchema.json(),
                Files.readString(schema),
                "./tiercel config show --schema > docs/tiercel.schema.json");
    }

    @Test
    void theDocumentsListEveryKey() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("tiercel.root"), "docs/configuration.md"));
        for (Setting key : Settings.ALL) {
            String flag = key.isSecret() ? "`" + key.variable() + "` only" : "`" + key.flag() + "`";
            String standard = key.standard().isEmpty() ? "" : "`" + key.standard() + "`";
            String row = "| `" + key.path() + "` | " + flag + " | " + standard + " | "
                    + key.description().replace("|", "\\|") + " |\n";
            assertTrue(page.contains(row), row);
        }
    }

    @Property(tries = 300)
    void whateverTheFileHoldsThereIsAConfigurationOrAMessage(@ForAll String text) throws IOException {
        Path file = Files.createTempFile("tiercel", ".yaml");
        try {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
            Config.of(file, Map.of(), Map.of());
        } catch (ConfigException e) {
            assertFalse(String.valueOf(e.getMessage()).isBlank());
        } finally {
            Files.delete(file);
        }
    }
}
