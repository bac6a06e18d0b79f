package io.tiercel.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Effects of load options, and reading of files and directories. */
@Tag("unit")
class LoadOptionsTest {
    private static String rule(String name, String more) {
        return "- rule: " + name + "\n  desc: d\n  condition: evt.type=close\n  output: closed\n  " + more + "\n";
    }

    private static List<Rule> rules(LoadOptions options, String text) {
        LoadResult result = new RuleLoader(options).load(List.of(new RuleSource.Text("r.yaml", text)));
        assertTrue(result.ok(), LoadReport.text(result));
        assertNotNull(result.rules());
        return result.rules().rules();
    }

    private static Set<String> enabled(LoadOptions options, String text) {
        return rules(options, text).stream()
                .filter(Rule::enabled)
                .map(Rule::name)
                .collect(Collectors.toSet());
    }

    @Test
    void suggestedFieldsAreAppendedByDefault() {
        assertEquals(
                "closed container_id=%container.id container_name=%container.name"
                        + " container_image_repository=%container.image.repository"
                        + " container_image_tag=%container.image.tag k8s_pod_name=%k8s.pod.name k8s_ns_name=%k8s.ns.name",
                rules(LoadOptions.defaults(), rule("a", "priority: INFO"))
                        .getFirst()
                        .output()
                        .text());
    }

    @Test
    void appendedOutputAppliesToMatchingRules() {
        Map<String, String> extra = new LinkedHashMap<>();
        extra.put("who", "%user.name!");
        LoadOptions options = LoadOptions.defaults()
                .withAppendOutput(List.of(
                        new AppendOutput("a", null, Set.of(), "one=%proc.pid", Map.of(), false),
                        new AppendOutput(null, "syscall", Set.of("t"), "two", extra, false),
                        new AppendOutput(null, "other", Set.of(), "three", Map.of(), false)));
        List<Rule> rules = rules(options, rule("a", "priority: INFO") + rule("b", "priority: INFO\n  tags: [t, u]"));
        assertEquals("closed one=%proc.pid", rules.get(0).output().text());
        assertEquals("closed two", rules.get(1).output().text());
        assertEquals("who", rules.get(1).extraFields().getFirst().name());
        assertTrue(rules.get(0).extraFields().isEmpty());
    }

    @Test
    void anInvalidAppendedOutputFails() {
        LoadOptions options = LoadOptions.defaults()
                .withAppendOutput(List.of(new AppendOutput(null, null, Set.of(), "%nosuch.field", Map.of(), false)));
        LoadResult result =
                new RuleLoader(options).load(List.of(new RuleSource.Text("r", rule("a", "priority: INFO"))));
        assertEquals(
                LoadCode.LOAD_ERR_COMPILE_OUTPUT, result.errors().getFirst().code());
    }

    @Test
    void theThresholdOverridesToggles() {
        String text = rule("a", "priority: NOTICE") + rule("b", "priority: WARNING");
        LoadOptions options = LoadOptions.defaults()
                .withThreshold(Priority.WARNING)
                .withToggles(List.of(new RuleToggle.ByName(true, "*")));
        assertEquals(Set.of("b"), enabled(options, text));
    }

    @Test
    void laterTogglesOverrideEarlierOnes() {
        String text = rule("Read shadow", "priority: INFO\n  enabled: false\n  tags: [x]")
                + rule("Read hosts", "priority: INFO")
                + rule("Write hosts", "priority: INFO\n  tags: [x]");
        assertEquals(Set.of("Read hosts", "Write hosts"), enabled(LoadOptions.defaults(), text));
        LoadOptions options = LoadOptions.defaults()
                .withToggles(List.of(
                        new RuleToggle.ByName(false, "*"),
                        new RuleToggle.ByTag(true, "x"),
                        new RuleToggle.ByName(false, "W*h*ts")));
        assertEquals(Set.of("Read shadow"), enabled(options, text));
    }

    @Test
    void aMissingPluginIsReportedFirst() {
        String text = "- required_plugin_versions:\n  - {name: container, version: 0.7.1}\n"
                + "  - {name: json, version: 0.2.0, alternatives: [{name: k8saudit, version: 0.7.0}]}\n"
                + "- rule: broken\n  desc: d\n";
        LoadResult result = new RuleLoader(LoadOptions.defaults()).load(List.of(new RuleSource.Text("r.yaml", text)));
        assertEquals(2, result.errors().size());
        assertTrue(result.errors().getFirst().message().contains("json 0.2.0 or k8saudit 0.7.0"));
        String newer = "- required_plugin_versions:\n  - {name: container, version: 0.8.0}\n";
        result = new RuleLoader(LoadOptions.defaults()).load(List.of(new RuleSource.Text("r.yaml", newer)));
        assertFalse(result.ok());
        assertTrue(result.files().getFirst().ok());
    }

    @Test
    void filesOfADirectoryAreReadInNameOrder(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("b.yml"), rule("b", "priority: INFO"));
        Files.writeString(folder.resolve("a.yaml"), rule("a", "priority: INFO"));
        Files.writeString(folder.resolve("c.txt"), "no rules");
        Files.createDirectories(folder.resolve("inner.yaml"));
        List<RuleSource> sources = RuleSource.readAll(List.of(folder));
        assertEquals(
                List.of(
                        folder.resolve("a.yaml").toString(),
                        folder.resolve("b.yml").toString()),
                sources.stream().map(RuleSource::name).toList());
        LoadResult result = new RuleLoader(LoadOptions.defaults()).load(sources);
        assertNotNull(result.rules());
        assertEquals(
                List.of("a", "b"),
                result.rules().rules().stream().map(Rule::name).toList());
    }

    @Test
    void anUnreadableFileStopsLoading(@TempDir Path folder) throws IOException {
        Path large = folder.resolve("large.yaml");
        Files.write(large, new byte[RuleSource.MAX_BYTES + 1]);
        for (Path path : List.of(folder.resolve("missing.yaml"), large, Path.of("/proc/self/mem"))) {
            LoadResult result = new RuleLoader(LoadOptions.defaults())
                    .load(List.of(RuleSource.read(path), new RuleSource.Text("r", rule("a", "priority: INFO"))));
            assertEquals(1, result.files().size());
            assertEquals(LoadCode.LOAD_ERR_FILE_READ, result.errors().getFirst().code());
            assertTrue(LoadReport.text(result).startsWith(path + ": error: "), LoadReport.text(result));
        }
    }
}
