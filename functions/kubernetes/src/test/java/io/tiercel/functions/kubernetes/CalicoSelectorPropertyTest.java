package io.tiercel.functions.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.tiercel.functions.respond.kubernetes.PodSelector;
import io.tiercel.functions.respond.kubernetes.PodSelector.Match;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;

/** Compares parsed selectors with a model of the language, and feeds the parser with hostile texts. */
@Tag("unit")
class CalicoSelectorPropertyTest {
    /** An expression in the language, and what it means. */
    record Expression(String text, Predicate<Map<String, String>> meaning) {}

    private static final List<String> KEYS = List.of("app", "example.com/team", "in", "not-x");
    private static final List<String> VALUES = List.of("a", "b", "", "ab");

    private static Arbitrary<Expression> comparisons() {
        return Combinators.combine(
                        Arbitraries.of(KEYS),
                        Arbitraries.of(VALUES),
                        Arbitraries.of(VALUES).list().ofMaxSize(3),
                        Arbitraries.of(
                                "==", "!=", "in", "not in", "has", "contains", "starts with", "ends with", "all"),
                        Arbitraries.of("'", "\""))
                .as((key, value, values, operator, quote) -> {
                    String text = key + " " + operator + " " + quote + value + quote;
                    String set =
                            values.stream().map(each -> quote + each + quote).collect(Collectors.joining(", "));
                    return switch (operator) {
                        case "==" -> new Expression(text, labels -> value.equals(labels.get(key)));
                        case "!=" -> new Expression(text, labels -> !value.equals(labels.get(key)));
                        case "in" ->
                            new Expression(
                                    key + " in {" + set + "}",
                                    labels -> labels.containsKey(key) && values.contains(labels.get(key)));
                        case "not in" ->
                            new Expression(
                                    key + " not in { " + set + " }",
                                    labels -> !labels.containsKey(key) || !values.contains(labels.get(key)));
                        case "has" -> new Expression("has(" + key + ")", labels -> labels.containsKey(key));
                        case "contains" ->
                            new Expression(
                                    text,
                                    labels -> labels.containsKey(key)
                                            && label(labels, key).contains(value));
                        case "starts with" ->
                            new Expression(
                                    text,
                                    labels -> labels.containsKey(key)
                                            && label(labels, key).startsWith(value));
                        case "ends with" ->
                            new Expression(
                                    text,
                                    labels -> labels.containsKey(key)
                                            && label(labels, key).endsWith(value));
                        default -> new Expression("all()", labels -> true);
                    };
                });
    }

    private static String label(Map<String, String> labels, String key) {
        return String.valueOf(labels.get(key));
    }

    @Provide
    Arbitrary<Expression> expressions() {
        return Arbitraries.lazyOf(
                CalicoSelectorPropertyTest::comparisons,
                CalicoSelectorPropertyTest::comparisons,
                () -> expressions()
                        .map(inner -> new Expression(
                                "!(" + inner.text() + ")", inner.meaning().negate())),
                () -> Combinators.combine(expressions(), expressions())
                        .as((a, b) -> new Expression(
                                "(" + a.text() + ")&& (" + b.text() + ")",
                                a.meaning().and(b.meaning()))),
                () -> Combinators.combine(comparisons(), comparisons(), comparisons())
                        .as((a, b, c) -> new Expression(
                                a.text() + " || " + b.text() + " && " + c.text(),
                                a.meaning().or(b.meaning().and(c.meaning())))));
    }

    @Provide
    Arbitrary<Map<String, String>> labels() {
        return Arbitraries.maps(Arbitraries.of(KEYS), Arbitraries.of(VALUES)).ofMaxSize(4);
    }

    @Property(tries = 500)
    void a_parsed_selector_means_what_the_expression_says(
            @ForAll("expressions") Expression expression, @ForAll("labels") Map<String, String> labels) {
        assertEquals(
                expression.meaning().test(labels) ? Match.YES : Match.NO,
                parse(expression.text()).matches(labels),
                expression.text());
    }

    private static PodSelector parse(String expression) {
        return CalicoSelectorParser.parse(expression, comparison -> comparison);
    }

    @Property(tries = 500)
    void no_text_makes_the_parser_fail(@ForAll String text, @ForAll("expressions") Expression expression) {
        assertNotNull(parse(text));
        assertNotNull(parse(expression.text() + text).matches(Map.of()));
        assertNotNull(parse(expression.text().substring(expression.text().length() / 2))
                .matches(Map.of()));
    }

    @Example
    void hostile_expressions_are_unknown() {
        for (String expression : List.of(
                "(".repeat(1000),
                "(".repeat(40) + "all()" + ")".repeat(40),
                "!".repeat(4000),
                "a == 'b' && ".repeat(2000) + "all()",
                "a == b",
                "a == 'b' c",
                "exec()",
                "has('a')",
                "a in {'b'",
                "a not 'b'",
                "a with 'b'",
                "a == 'b")) {
            assertEquals(Match.UNKNOWN, parse(expression).matches(Map.of("a", "b")), expression);
        }
        assertEquals(Match.NO, parse("global()").matches(Map.of()));
        assertEquals(Match.YES, parse("  ").matches(Map.of()));
    }
}
