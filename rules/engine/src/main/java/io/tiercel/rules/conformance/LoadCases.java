package io.tiercel.rules.conformance;

import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.ConditionPrinter;
import io.tiercel.rules.condition.ConditionSyntaxException;
import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.load.FileResult;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.Problem;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Cases for rule files.
 *
 * <p>A case has {@code rules_yaml}, or several files in {@code rules_yaml_files} (a list, or a mapping of names to
 * texts), and Falco's configuration. The expectation has {@code load} (ok, warning or error), the {@code codes} of the
 * last result, and properties of one rule. That is the first rule, or the one that {@code rule} names. Conditions are
 * compared as trees.
 */
final class LoadCases {
    /** Keys of an expectation that are not properties of a rule. */
    private static final List<String> RESULT_KEYS = List.of("load", "codes", "detail", "rule", "error");

    private LoadCases() {}

    static CaseResult load(ConformanceCase testCase) throws CaseException {
        Map<?, ?> expect = expectation(testCase);
        LoadResult result = new RuleLoader(new CaseConfig(testCase).loadOptions(Set.of())).load(sources(testCase));
        Map<String, @Nullable Object> actual = new TreeMap<>(summary(result, expect.get("rule")));
        boolean passed = JsonEquality.areEqual(expect.get("load"), actual.get("load"))
                && (expect.get("codes") == null || sorted(expect.get("codes")).equals(actual.get("codes")));
        for (Object key : expect.keySet()) {
            if (!RESULT_KEYS.contains(String.valueOf(key))) {
                passed &= actual.containsKey(String.valueOf(key))
                        && JsonEquality.areEqual(
                                canonical(String.valueOf(key), expect.get(key)), actual.get(String.valueOf(key)));
            }
        }
        return new CaseResult(testCase.id(), passed, String.valueOf(expect), String.valueOf(actual));
    }

    /** Returns the expectation as a mapping. A single word and {@code error: CODE} are short forms. */
    private static Map<?, ?> expectation(ConformanceCase testCase) throws CaseException {
        Object expect = testCase.get("expect");
        if (expect instanceof String word) {
            return Map.of("load", word);
        }
        if (!(expect instanceof Map<?, ?> map)) {
            throw new CaseException("a load case requires a mapping for the key 'expect'");
        }
        if (map.get("load") != null) {
            return map;
        }
        Map<Object, @Nullable Object> full = new LinkedHashMap<>(map);
        full.put("load", testCase.expectsError() ? ConformanceCase.ERROR : map.get("codes") == null ? "ok" : "warning");
        if (map.get("error") instanceof String code && code.startsWith("LOAD_")) {
            full.put("codes", List.of(code));
        }
        return full;
    }

    private static List<RuleSource> sources(ConformanceCase testCase) throws CaseException {
        Object files = testCase.get("rules_yaml_files") != null
                ? testCase.get("rules_yaml_files")
                : testCase.get("rules_yaml");
        List<RuleSource> sources = new ArrayList<>();
        switch (files) {
            case List<?> texts ->
                texts.forEach(
                        text -> sources.add(new RuleSource.Text("file " + (sources.size() + 1), String.valueOf(text))));
            case Map<?, ?> named ->
                named.forEach(
                        (name, text) -> sources.add(new RuleSource.Text(String.valueOf(name), String.valueOf(text))));
            case String text -> sources.add(new RuleSource.Text("file 1", text));
            case null, default -> throw new CaseException("the case requires a text for the key 'rules_yaml'");
        }
        return sources;
    }

    private static Map<String, @Nullable Object> summary(LoadResult result, @Nullable Object named) {
        Map<String, @Nullable Object> actual = new TreeMap<>();
        // Missing plugins are reported after all files and are not part of the result of a file.
        FileResult last = result.files().getLast();
        List<Problem> problems = last.error() == null ? last.warnings() : List.of(last.error());
        actual.put("load", last.error() != null ? "error" : problems.isEmpty() ? "ok" : "warning");
        actual.put(
                "codes",
                sorted(problems.stream().map(problem -> problem.code().name()).toList()));
        List<Rule> rules = result.rules() == null ? List.of() : result.rules().rules();
        actual.put("rules_loaded", rules.size());
        actual.put("rule_order", rules.stream().map(Rule::name).toList());
        Rule rule = rules.stream()
                .filter(candidate -> named == null || candidate.name().equals(named))
                .findFirst()
                .orElse(null);
        if (rule != null) {
            actual.put("condition_expanded", ConditionPrinter.print(withoutDoubleNegation(rule.syntax())));
            actual.put("output_compiled", rule.output().text());
            actual.put("description", rule.description());
            actual.put("priority", rule.priority().label());
            actual.put("enabled", rule.enabled());
            actual.put("source", rule.source());
            actual.put("tags", rule.tags());
            actual.put("event_types", List.copyOf(rule.eventTypes().names()));
        }
        return actual;
    }

    private static List<String> sorted(@Nullable Object codes) {
        List<?> all = codes instanceof List<?> list ? list : codes == null ? List.of() : List.of(codes);
        return List.copyOf(new TreeSet<>(all.stream().map(String::valueOf).toList()));
    }

    /** Removes double negations, because cases do not test whether the parser removes them. */
    private static Expr withoutDoubleNegation(Expr expr) {
        return switch (expr) {
            case Expr.And and ->
                new Expr.And(
                        and.operands().stream()
                                .map(LoadCases::withoutDoubleNegation)
                                .toList(),
                        and.offset());
            case Expr.Or or ->
                new Expr.Or(
                        or.operands().stream()
                                .map(LoadCases::withoutDoubleNegation)
                                .toList(),
                        or.offset());
            case Expr.Not not -> {
                Expr operand = withoutDoubleNegation(not.operand());
                yield operand instanceof Expr.Not inner ? inner.operand() : new Expr.Not(operand, not.offset());
            }
            case Expr.ExpandedMacro expanded -> withoutDoubleNegation(expanded.body());
            case Expr.Check _, Expr.MacroRef _ -> expr;
        };
    }

    /**
     * Returns conditions in canonical form, so that different spellings of a tree are equal, and other values
     * unchanged.
     */
    private static @Nullable Object canonical(String key, @Nullable Object expected) {
        if (key.equals("condition_expanded") && expected instanceof String condition) {
            try {
                return ConditionPrinter.print(withoutDoubleNegation(ConditionParser.parse(condition)));
            } catch (ConditionSyntaxException e) {
                return condition;
            }
        }
        return key.equals("tags") || key.equals("event_types") ? sorted(expected) : expected;
    }
}
