package io.tiercel.functions.kubernetes;

import io.tiercel.functions.respond.kubernetes.PodSelector;
import io.tiercel.functions.respond.kubernetes.PodSelector.Comparison;
import io.tiercel.functions.respond.kubernetes.PodSelector.Has;
import io.tiercel.functions.respond.kubernetes.PodSelector.Operator;
import io.tiercel.rules.text.TextLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parser of Calico's selector expressions, such as {@code app == 'cart' && !has(role)}. Calico's documentation of NetworkPolicy
 * defines the language. An expression that is invalid, too long or nested too deeply is unknown, never an error.
 */
final class CalicoSelectorParser {
    private static final int MAX_CHARACTERS = 4096;
    private static final int MAX_DEPTH = 32;
    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:(&&|\\|\\||==|!=|[!(){},])|'([^']*)'|\"([^\"]*)\"" + "|([A-Za-z0-9_./-]{1,512}))");

    /** Operators of one word and of two words. */
    private static final Map<String, Operator> OPERATORS =
            Map.of("contains", Operator.CONTAINS, "starts with", Operator.STARTS_WITH, "ends with", Operator.ENDS_WITH);

    private final List<Token> tokens;
    private final Function<Comparison, PodSelector> comparisons;
    private int position;

    private enum Type {
        SYMBOL,
        TEXT,
        WORD
    }

    private record Token(Type type, String text) {}

    private static final class InvalidSelector extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private CalicoSelectorParser(List<Token> tokens, Function<Comparison, PodSelector> comparisons) {
        this.tokens = tokens;
        this.comparisons = comparisons;
    }

    /**
     * Parses an expression.
     *
     * @param expression the expression; an empty one selects everything
     * @param comparisons returns the condition for a comparison with one label. {@code has(KEY)} is a comparison that every value
     *     starts with the empty text. Conditions on keys that are not labels of a pod are constant or unknown
     */
    static PodSelector parse(String expression, Function<Comparison, PodSelector> comparisons) {
        if (expression.isBlank()) {
            return PodSelector.all();
        }
        try {
            CalicoSelectorParser parser = new CalicoSelectorParser(tokens(expression), comparisons);
            PodSelector selector = parser.either(0);
            if (parser.position == parser.tokens.size()) {
                return selector;
            }
        } catch (InvalidSelector e) {
            // The result below says so.
        }
        return new PodSelector.Unknown("unknown selector " + TextLimit.cut(expression, 80));
    }

    private static List<Token> tokens(String expression) throws InvalidSelector {
        if (expression.length() > MAX_CHARACTERS) {
            throw new InvalidSelector();
        }
        String text = expression.strip();
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                throw new InvalidSelector();
            }
            end = matcher.end();
            if (matcher.group(1) != null) {
                tokens.add(new Token(Type.SYMBOL, matcher.group(1)));
            } else if (matcher.group(4) != null) {
                tokens.add(new Token(Type.WORD, matcher.group(4)));
            } else {
                tokens.add(new Token(Type.TEXT, matcher.group(2) == null ? matcher.group(3) : matcher.group(2)));
            }
        }
        return tokens;
    }

    private boolean accept(Type type, String text) {
        if (position < tokens.size() && tokens.get(position).equals(new Token(type, text))) {
            position++;
            return true;
        }
        return false;
    }

    private void expect(String symbol) throws InvalidSelector {
        if (!accept(Type.SYMBOL, symbol)) {
            throw new InvalidSelector();
        }
    }

    private String next(Type type) throws InvalidSelector {
        if (position == tokens.size() || tokens.get(position).type() != type) {
            throw new InvalidSelector();
        }
        return tokens.get(position++).text();
    }

    private PodSelector either(int depth) throws InvalidSelector {
        if (depth > MAX_DEPTH) {
            throw new InvalidSelector();
        }
        List<PodSelector> alternatives = new ArrayList<>();
        do {
            alternatives.add(all(depth));
        } while (accept(Type.SYMBOL, "||"));
        return new PodSelector.Or(alternatives);
    }

    private PodSelector all(int depth) throws InvalidSelector {
        List<PodSelector> conditions = new ArrayList<>();
        do {
            conditions.add(condition(depth));
        } while (accept(Type.SYMBOL, "&&"));
        return new PodSelector.And(conditions);
    }

    private PodSelector condition(int depth) throws InvalidSelector {
        boolean negated = false;
        while (accept(Type.SYMBOL, "!")) {
            negated = !negated;
        }
        PodSelector condition;
        if (accept(Type.SYMBOL, "(")) {
            condition = either(depth + 1);
            expect(")");
        } else {
            condition = named(next(Type.WORD));
        }
        return negated ? new PodSelector.Not(condition) : condition;
    }

    private PodSelector named(String name) throws InvalidSelector {
        if (accept(Type.SYMBOL, "(")) {
            return function(name);
        }
        if (accept(Type.SYMBOL, "==")) {
            return comparison(name, Operator.EQUALS, List.of(next(Type.TEXT)));
        }
        if (accept(Type.SYMBOL, "!=")) {
            return new PodSelector.Not(comparison(name, Operator.EQUALS, List.of(next(Type.TEXT))));
        }
        String word = next(Type.WORD);
        if (word.equals("in")) {
            return comparison(name, Operator.EQUALS, set());
        }
        if (word.equals("not") && accept(Type.WORD, "in")) {
            return new PodSelector.Not(comparison(name, Operator.EQUALS, set()));
        }
        Operator operator = OPERATORS.get(accept(Type.WORD, "with") ? word + " with" : word);
        if (operator == null) {
            throw new InvalidSelector();
        }
        return comparison(name, operator, List.of(next(Type.TEXT)));
    }

    private PodSelector function(String name) throws InvalidSelector {
        PodSelector result = switch (name) {
            case "all" -> PodSelector.all();
            // Selects what is outside every namespace.
            case "global" -> PodSelector.none();
            case "has" -> has(next(Type.WORD));
            default -> throw new InvalidSelector();
        };
        expect(")");
        return result;
    }

    private PodSelector has(String key) {
        PodSelector condition = comparison(key, Operator.STARTS_WITH, List.of(""));
        return condition instanceof Comparison ? new Has(key) : condition;
    }

    private PodSelector comparison(String key, Operator operator, List<String> values) {
        return comparisons.apply(new Comparison(key, operator, values));
    }

    private List<String> set() throws InvalidSelector {
        expect("{");
        List<String> values = new ArrayList<>();
        if (!accept(Type.SYMBOL, "}")) {
            do {
                values.add(next(Type.TEXT));
            } while (accept(Type.SYMBOL, ","));
            expect("}");
        }
        return values;
    }
}
