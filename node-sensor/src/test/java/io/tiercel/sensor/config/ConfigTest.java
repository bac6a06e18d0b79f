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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources of settings, checks and error messages. */
@Tag("unit")
class ConfigTest {
    @TempDir
    private Path dir;

    private Path file(String text) throws IOException {
        return Files.writeString(dir.resolve("tiercel.yaml"), text);
    }

    private String problem(String text) throws IOException {
        Path file = file(text);
        ConfigException e = assertThrows(ConfigException.class, () -> Config.load(file, Map.of(), Map.of()));
        return String.valueOf(e.getMessage()).replace(file.toString(), "F");
    }

    @Test
    void optionsOverrideEnvironmentVariablesWhichOverrideTheFile() throws IOException, ConfigException {
        Path file = file("""
                hostname: from-file
                rules:
                  files: [a.yaml, b.yaml]
                  priority: warning
                outputs:
                  http: {url: "http://127.0.0.1:1/", timeout_ms: 250}
                """);
        Config config = Config.load(
                file,
                Map.of("TIERCEL_RULES_PRIORITY", "error", "TIERCEL_OUTPUTS_HTTP_TIMEOUT_MS", "300", "HOME", "/"),
                Map.of(Settings.HTTP_TIMEOUT_MS, List.of("400")));
        assertEquals("from-file", config.text(Settings.HOSTNAME));
        assertEquals(file + ":1", config.origin(Settings.HOSTNAME).toString());
        assertEquals(List.of("a.yaml", "b.yaml"), config.list(Settings.RULES_FILES));
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
    void unknownKeysAreReportedWithASuggestion() throws IOException {
        assertEquals(
                "F:2: unknown key outputs.htpp; did you mean outputs.http?", problem("outputs:\n  htpp: {url: x}\n"));
        assertEquals("F:1: unknown key hostnam; did you mean hostname?", problem("hostnam: x"));
        assertTrue(problem("zzz: 1").startsWith("F:1: unknown key zzz; valid keys are hostname, log, rules, "));
        assertTrue(
                problem("outputs: {file: {zz: 1}}").contains("valid keys are outputs.file.path, outputs.file.format"));
    }

    @Test
    void invalidValuesAreReportedWithTheExpectedOnes() throws IOException {
        assertEquals(
                "F:1: outputs.http.timeout_ms must be an integer in ms from 100 to 60000, not \"5s\"",
                problem("outputs: {http: {timeout_ms: 5s}}"));
        assertEquals("F:1: rules.matching must be first or all, not \"some\"", problem("rules: {matching: some}"));
        assertEquals(
                "F:1: rules.priority must be a text",
                problem("rules: {priority: [a]}").replaceAll("must be emergency.*", "must be a text"));
        assertEquals("F:1: rules must be a mapping of keys to values", problem("rules: 3"));
        assertTrue(problem("hostname: [").startsWith("F:1: invalid YAML"));
        assertEquals(
                "F:3: duplicate key hostname, first set in line 1", problem("hostname: a\nrules: {}\nhostname: b\n"));
        assertTrue(assertThrows(ConfigException.class, () -> Config.load(dir.resolve("none"), Map.of(), Map.of()))
                .toString()
                .contains("no such file"));
    }

    @Test
    void allProblemsAreReportedTogether() throws IOException {
        assertEquals(2, problem("hostnam: x\nrules: {matching: some}\n").lines().count());
    }

    @Test
    void secretsComeFromTheEnvironmentOnlyAndAreNeverPrinted() throws IOException, ConfigException {
        String message = problem("outputs: {http: {authorization: hunter2}}");
        assertTrue(message.contains("TIERCEL_OUTPUTS_HTTP_AUTHORIZATION"), message);
        assertFalse(message.contains("hunter2"));
        Config config = Config.load(null, Map.of("TIERCEL_OUTPUTS_HTTP_AUTHORIZATION", "hunter2"), Map.of());
        assertEquals("hunter2", config.text(Settings.HTTP_AUTHORIZATION));
    }

    @Test
    void misspelledVariablesAreReported() {
        assertEquals(
                List.of("TIERCEL_OUTPUTS_HTTP_ULR is not a setting; did you mean TIERCEL_OUTPUTS_HTTP_URL?"),
                Config.unknownVariables(Map.of("TIERCEL_OUTPUTS_HTTP_ULR", "x", "TIERCEL_HOME", "/", "PATH", "x")));
        assertEquals(
                List.of("TIERCEL_GRPC_LISTENS is not a setting; did you mean TIERCEL_GRPC_LISTEN?"),
                Config.unknownVariables(Map.of("TIERCEL_GRPC_LISTENS", "x", "TIERCEL_CONFIG", "f")));
    }

    /** Sensor and functions can run with one environment. */
    @Test
    void variablesOfTheFunctionsAreNotReported() {
        assertEquals(
                List.of(),
                Config.unknownVariables(Map.of("TIERCEL_IDENTITY_ISSUER", "x", "TIERCEL_IDENTITY_REQUIRED", "true")));
        assertEquals(
                List.of("TIERCEL_IDENTITY_TOKENFILE is not a setting; did you mean TIERCEL_IDENTITY_TOKEN_FILE?"),
                Config.unknownVariables(Map.of("TIERCEL_IDENTITY_TOKENFILE", "x")));
    }

    @Test
    void pathsVariablesAndOptionsAreUnique() {
        assertEquals(
                Settings.ALL.size(),
                new TreeSet<>(Settings.ALL.stream().map(Setting::path).toList()).size());
        assertEquals(
                Settings.ALL.size(),
                new TreeSet<>(Settings.ALL.stream()
                                .map(Setting::environmentVariable)
                                .toList())
                        .size());
        assertEquals(
                Settings.ALL.size(),
                new TreeSet<>(Settings.ALL.stream().map(Setting::option).toList()).size());
    }

    @Test
    void theDocumentedSchemaMatchesTheSettings() throws IOException {
        Path schema = Path.of(System.getProperty("tiercel.root"), "docs/tiercel.schema.json");
        assertEquals(
                ConfigSchema.json(),
                Files.readString(schema),
                "./tiercel config show --schema > docs/tiercel.schema.json");
    }

    @Test
    void theDocumentationListsEverySetting() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("tiercel.root"), "docs/configuration.md"));
        for (Setting setting : Settings.ALL) {
            String option =
                    setting.isSecret() ? "`" + setting.environmentVariable() + "` only" : "`" + setting.option() + "`";
            String defaultValue = setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`";
            String row = "| `" + setting.path() + "` | " + option + " | " + defaultValue + " | "
                    + setting.description().replace("|", "\\|") + " |\n";
            assertTrue(page.contains(row), row);
        }
    }

    @Property(tries = 300)
    void anyFileGivesAConfigurationOrAMessage(@ForAll String text) throws IOException {
        Path file = Files.createTempFile("tiercel", ".yaml");
        try {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
            Config.load(file, Map.of(), Map.of());
        } catch (ConfigException e) {
            assertFalse(String.valueOf(e.getMessage()).isBlank());
        } finally {
            Files.delete(file);
        }
    }
}
