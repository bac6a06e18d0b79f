package io.tiercel.bench.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A condition, filter or key condition. */
@FunctionalInterface
interface Condition {
    Map<String, Condition> PARSED = new ConcurrentHashMap<>();

    boolean test(Scope scope);

    /** Parses an expression. A missing or empty one holds for every item. The number of different expressions is small. */
    static Condition of(@Nullable String expression) {
        return expression == null || expression.isEmpty()
                ? _ -> true
                : PARSED.computeIfAbsent(expression, text -> {
                    Tokens tokens = new Tokens(text);
                    Condition condition = or(tokens);
                    tokens.requireEnd();
                    return condition;
                });
    }

    private static Condition or(Tokens tokens) {
        Condition left = and(tokens);
        while (tokens.skip("OR")) {
            Condition before = left;
            Condition right = and(tokens);
            left = scope -> before.test(scope) || right.test(scope);
        }
        return left;
    }

    private static Condition and(Tokens tokens) {
        Condition left = not(tokens);
        while (tokens.skip("AND")) {
            Condition before = left;
            Condition right = not(tokens);
            left = scope -> before.test(scope) && right.test(scope);
        }
        return left;
    }

    private static Condition not(Tokens tokens) {
        if (tokens.skip("NOT")) {
            Condition negated = not(tokens);
            return scope -> !negated.test(scope);
        }
        if (tokens.skip("(")) {
            Condition inner = or(tokens);
            tokens.require(")");
            return inner;
        }
        return switch (tokens.peek()) {
            case "attribute_exists", "attribute_not_exists", "begins_with", "contains" -> function(tokens);
            default -> comparison(Operand.parse(tokens), tokens);
        };
    }

    private static Condition function(Tokens tokens) {
        String function = tokens.next();
        tokens.require("(");
        String attribute = tokens.next();
        Condition condition = switch (function) {
            case "attribute_exists" -> scope -> scope.read(attribute) != null;
            case "attribute_not_exists" -> scope -> scope.read(attribute) == null;
            default -> {
                tokens.require(",");
                Operand part = Operand.parse(tokens);
                yield function.equals("begins_with")
                        ? scope -> startsWith(scope.read(attribute), part.of(scope))
                        : scope -> contains(scope.read(attribute), part.of(scope));
            }
        };
        tokens.require(")");
        return condition;
    }

    private static boolean startsWith(@Nullable AttributeValue value, @Nullable AttributeValue prefix) {
        return value != null && prefix != null && value.s() != null && value.s().startsWith(prefix.s());
    }

    private static boolean contains(@Nullable AttributeValue value, @Nullable AttributeValue part) {
        return value != null
                && part != null
                && (value.hasSs()
                        ? value.ss().contains(part.s())
                        : value.s() != null && value.s().contains(part.s()));
    }

    private static Condition comparison(Operand left, Tokens tokens) {
        if (tokens.skip("BETWEEN")) {
            Operand least = Operand.parse(tokens);
            tokens.require("AND");
            Operand most = Operand.parse(tokens);
            Condition from = compared(left, ">=", least);
            Condition to = compared(left, "<=", most);
            return scope -> from.test(scope) && to.test(scope);
        }
        if (tokens.skip("IN")) {
            tokens.require("(");
            List<Condition> any = new ArrayList<>();
            do {
                any.add(compared(left, "=", Operand.parse(tokens)));
            } while (tokens.skip(","));
            tokens.require(")");
            return scope -> any.stream().anyMatch(condition -> condition.test(scope));
        }
        return compared(left, tokens.next(), Operand.parse(tokens));
    }

    private static Condition compared(Operand left, String comparison, Operand right) {
        return scope -> {
            AttributeValue a = left.of(scope);
            AttributeValue b = right.of(scope);
            if (a == null || b == null) {
                return comparison.equals("<>") && (a != null || b != null);
            }
            return switch (comparison) {
                case "=" -> Operand.equal(a, b);
                case "<>" -> !Operand.equal(a, b);
                case "<" -> Operand.compare(a, b) < 0;
                case "<=" -> Operand.compare(a, b) <= 0;
                case ">" -> Operand.compare(a, b) > 0;
                case ">=" -> Operand.compare(a, b) >= 0;
                default -> throw new IllegalArgumentException("the comparison " + comparison + " is not supported");
            };
        };
    }
}
