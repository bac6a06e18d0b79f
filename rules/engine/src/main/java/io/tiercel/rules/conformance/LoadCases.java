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
 * Cases about rule files: {@code rules_yaml}, or {@code rules_yaml_files} in order (a list, or a mapping of names to texts),
 * and Falco's configuration. Expected are {@code load} (ok, warning, error), the {@code codes} of the last result, and what
 * a rule is like, the first unless {@code rule} names another; its condition is compared as a tree.
 */
final class LoadCases {
    /** Keys of an expectation that say nothing about the rules themselves. */
    private static final List<String> ABOUT_RESULT = List.of("load", "codes", "detail", "rule", "error");

    private LoadCases() {}

    static CaseResult load(ConformanceCase wanted) throws CaseException {
        Map<?, ?> expect = expectation(wanted);
        LoadResult result = new RuleLoader(new CaseConfig(wanted).loadOptions(Set.of())).load(sources(wanted));
        Map<String, @Nullable Object> got = new TreeMap<>(summary(result, expect.get("rule")));
        boolean passed = JsonEquality.same(expect.get("load"), got.get("load"))
                && (expect.get("codes") == null || sorted(expect.get("codes")).equals(got.get("codes")));
        for (Object key : expect.keySet()) {
            if (!ABOUT_RESULT.contains(String.valueOf(key))) {
                passed &= got.containsKey(String.valueOf(key))
                        && JsonEquality.same(
                                normal(String.valueOf(key), expect.get(key)), got.get(String.valueOf(key)));
            }
        }
        return new CaseResult(wanted.id(), passed, String.valueOf(expect), String.valueOf(got));
    }

    /** The expectation as a mapping; the word alone, and {@code error: CODE}, are short forms. */
    private static Map<?, ?> expectation(ConformanceCase wanted) throws CaseException {
        Object expect = wanted.get("expect");
        if (expect instanceof String word) {
            return Map.of("load", word);
        }
        if (!(expect instanceof Map<?, ?> map)) {
            throw new CaseException("a load case needs a mapping under 'expect'");
        }
        if (map.get("load") != null) {
            return map;
        }
        Map<Object, @Nullable Object> full = new LinkedHashMap<>(map);
        full.put("load", wanted.wantsError() ? ConformanceCase.ERROR : map.get("codes") == null ? "ok" : "warning");
        if (map.get("error") instanceof String code && code.startsWith("LOAD_")) {
            full.put("codes", List.of(code));
        }
        return full;
    }

    private static List<RuleSource> sources(ConformanceCase wanted) throws CaseException {
        Object files =
                wanted.get("rules_yaml_files") != null ? wanted.get("rules_yaml_files") : wanted.get("rules_yaml");
        List<RuleSource> sources = new ArrayList<>();
        switch (files) {
            case List<?> texts ->
                texts.forEach(
                        text -> sources.add(new RuleSource.Text("file " + (sources.size() + 1), String.valueOf(text))));
            case Map<?, ?> named ->
                named.forEach(
                        (name, text) -> sources.add(new RuleSource.Text(String.valueOf(name), String.valueOf(text))));
            case String text -> sources.add(new RuleSource.Text("file 1", text));
            case null, default -> throw new CaseException("the case needs a text under 'rules_yaml'");
        }
        return sources;
    }

    private static Map<String, @Nullable Object> summary(LoadResult result, @Nullable Object named) {
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
        Rule rule = rules.stream()
                .filter(candidate -> named == null || candidate.name().equals(named))
                .findFirst()
                .orElse(null);
        if (rule != null) {
            got.put("condition_expanded", ConditionPrinter.print(plain(rule.syntax())));
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
        List<?> all = codes instanceof List<?> list ? list : codes == null ? List.of() : List.of(codes);
        return List.copyOf(new TreeSet<>(all.stream().map(String::valueOf).toList()));
    }

    /** Without double negations: whether they cancel out already in reading is not what cases are about. */
    private static Expr plain(Expr expr) {
        return switch (expr) {
            case Expr.And and ->
                new Expr.And(and.operands().stream().map(LoadCases::plain).toList(), and.offset());
            case Expr.Or or ->
                new Expr.Or(or.operands().stream().map(LoadCases::plain).toList(), or.offset());
            case Expr.Not not -> {
                Expr operand = plain(not.operand());
                yield operand instanceof Expr.Not inner ? inner.operand() : new Expr.Not(operand, not.offset());
            }
            case Expr.ExpandedMacro expanded -> plain(expanded.body());
            case Expr.Check _, Expr.MacroRef _ -> expr;
        };
    }

    /** A condition in its normal form, so that two spellings of one tree are equal; everything else as it is. */
    private static @Nullable Object normal(String key, @Nullable Object expected) {
        if (key.equals("condition_expanded") && expected instanceof String condition) {
            try {
                return ConditionPrinter.print(plain(ConditionParser.parse(condition)));
            } catch (ConditionSyntaxException e) {
                return condition;
            }
        }
        return key.equals("tags") || key.equals("event_types") ? sorted(expected) : expected;
    }
}
