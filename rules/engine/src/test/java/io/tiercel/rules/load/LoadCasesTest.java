package io.tiercel.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tiercel.rules.condition.ConditionText;
import io.tiercel.rules.engine.Rule;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The facts about loading, one test each. */
class LoadCasesTest {
    @TestFactory
    Stream<DynamicTest> cases() throws Exception {
        try (InputStream in = Objects.requireNonNull(LoadCasesTest.class.getResourceAsStream("load-cases.yaml"))) {
            List<?> cases = (List<?>) new Load(LoadSettings.builder().build()).loadFromInputStream(in);
            return cases.stream().map(entry -> {
                Map<?, ?> one = (Map<?, ?>) entry;
                Map<?, ?> expect = (Map<?, ?>) Objects.requireNonNull(one.get("expect"));
                return dynamicTest(one.get("id") + " " + expect.get("detail"), () -> check(one, expect));
            });
        }
    }

    private static void check(Map<?, ?> one, Map<?, ?> expect) {
        LoadResult result = new RuleLoader(LoadOptions.defaults().withAppendOutput(List.of())).load(sources(one));
        FileResult last = result.files().getLast();
        TreeSet<String> codes = new TreeSet<>();
        if (last.error() != null) {
            codes.add(last.error().code().name());
        } else {
            last.warnings().forEach(warning -> codes.add(warning.code().name()));
        }
        String outcome = last.error() != null ? "error" : codes.isEmpty() ? "ok" : "warning";
        String report = LoadReport.text(result);
        assertEquals(expect.get("load"), outcome, report);
        Object wanted = expect.get("codes");
        assertEquals(wanted == null ? new TreeSet<>() : new TreeSet<>((List<?>) wanted), codes, report);
        if (result.rules() != null) {
            checkRules(expect, result.rules().rules());
        }
    }

    private static void checkRules(Map<?, ?> expect, List<Rule> rules) {
        for (Object key : expect.keySet()) {
            Object wanted = expect.get(key);
            switch (String.valueOf(key)) {
                case "rules_loaded" -> assertEquals(wanted, rules.size());
                case "rule_order" ->
                    assertEquals(wanted, rules.stream().map(Rule::name).toList());
                case "condition_expanded" ->
                    assertEquals(wanted, ConditionText.of(rules.getFirst().syntax()));
                case "output_compiled" ->
                    assertEquals(wanted, rules.getFirst().output().text());
                case "priority" ->
                    assertEquals(wanted, rules.getFirst().priority().label());
                case "enabled" -> assertEquals(wanted, rules.getFirst().enabled());
                case "tags" -> assertEquals(wanted, rules.getFirst().tags());
                case "description" -> assertEquals(wanted, rules.getFirst().description());
                case "event_types" ->
                    assertEquals(
                            wanted,
                            new ArrayList<>(rules.getFirst().eventTypes().names()));
                case "load", "detail", "codes" -> {}
                default -> throw new IllegalArgumentException("unknown expectation " + key);
            }
        }
    }

    private static List<RuleSource> sources(Map<?, ?> one) {
        List<RuleSource> sources = new ArrayList<>();
        if (one.get("rules_yaml_files") instanceof List<?> files) {
            files.forEach(file -> sources.add(new RuleSource.Text("file" + sources.size(), String.valueOf(file))));
        } else {
            sources.add(new RuleSource.Text("file0", String.valueOf(one.get("rules_yaml"))));
        }
        return sources;
    }
}
