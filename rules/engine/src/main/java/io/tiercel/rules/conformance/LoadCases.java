package io.tiercel.rules.conformance;

import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.ConditionSyntaxException;
import io.tiercel.rules.condition.ConditionText;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.load.FileResult;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.Problem;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Cases about rule files: {@code rules_yaml}, or {@code rules_yaml_files} in order. Expected are {@code load} (ok, warning,
 * error), the {@code codes} of the last result, and what the first rule is like; its condition is compared as a tree.
 */
final class LoadCases {
    /** Keys of an expectation that say nothing about the rules themselves. */
    private static final List<String> ABOUT_RESULT = List.of("load", "codes", "detail");

    private LoadCases() {}

    static Outcome load(Case wanted) throws CaseException {
        if (!(wanted.get("expect") instanceof Map<?, ?> expect)) {
            throw new CaseException("a load case needs a mapping under 'expect'");
        }
        LoadResult result = new RuleLoader(LoadOptions.defaults().withAppendOutput(List.of())).load(sources(wanted));
        Map<String, @Nullable Object> got = new TreeMap<>(summary(result));
        boolean passed = Sameness.same(expect.get("load"), got.get("load"))
                && Sameness.same(
                        expect.get("codes") == null ? List.of() : sorted(expect.get("codes")), got.get("codes"));
        for (Object key : expect.keySet()) {
            if (!ABOUT_RESULT.contains(String.valueOf(key))) {
                passed &= got.containsKey(String.valueOf(key))
                        && Sameness.same(normal(String.valueOf(key), expect.get(key)), got.get(String.valueOf(key)));
            }
        }
        return new Outcome(wanted.id(), passed, String.valueOf(expect), String.valueOf(got));
    }

    private static List<RuleSource> sources(Case wanted) throws CaseException {
        List<RuleSource> sources = new ArrayList<>();
        for (Object text : wanted.list("rules_yaml_files")) {
            sources.add(new RuleSource.Text("file " + (sources.size() + 1), String.valueOf(text)));
        }
        return sources.isEmpty() ? List.of(new RuleSource.Text("file 1", wanted.text("rules_yaml"))) : sources;
    }

    private static Map<String, @Nullable Object> summary(LoadResult result) {
        Map<String, @Nullable Object> got = new TreeMap<>();
        // Which plugins are missing is for the program to say after all files; a file's own result does not hold it.
        FileResult last = result.files().getLast();
        List<Problem> problems = last.error() == null ? last.warnings() : List.of(last.error());
        got.put("load", last.error() != null ? "error" : problems.isEmpty() ? "ok" : "warning");
        got.put(
                "codes",
                sorted(problems.stream().map(problem -> problem.code().name()).toList()));
        List<Rule> rules = result.rules() == null ? List.of() : result.rules().rules();
        got.put("rules_loaded", rules.size());
        got.put("rule_order", rules.stream().map(Rule::name).toList());
        if (!rules.isEmpty()) {
            Rule rule = rules.getFirst();
            got.put("condition_expanded", ConditionText.of(rule.syntax()));
            got.put("output_compiled", rule.output().text());
            got.put("description", rule.description());
            got.put("priority", rule.priority().label());
            got.put("enabled", rule.enabled());
            got.put("source", rule.source());
            got.put("tags", rule.tags());
            got.put("event_types", List.copyOf(rule.eventTypes().names()));
        }
        return got;
    }

    private static List<String> sorted(@Nullable Object codes) {
        return codes instanceof List<?> list
                ? List.copyOf(new TreeSet<>(list.stream().map(String::valueOf).toList()))
                : List.of();
    }

    /** A condition in its normal form, so that two spellings of one tree are equal; everything else as it is. */
    private static @Nullable Object normal(String key, @Nullable Object expected) {
        if (key.equals("condition_expanded") && expected instanceof String condition) {
            try {
                return ConditionText.of(ConditionParser.parse(condition));
            } catch (ConditionSyntaxException e) {
                return condition;
            }
        }
        return key.equals("tags") || key.equals("event_types") ? sorted(expected) : expected;
    }
}
