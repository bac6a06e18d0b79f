package io.tiercel.bench.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An update expression.
 *
 * @param clauses the clauses, which all read the item before the update
 */
record ItemUpdate(List<Clause> clauses) {
    private static final Map<String, ItemUpdate> PARSED = new ConcurrentHashMap<>();
    private static final Set<String> SECTIONS = Set.of("SET", "ADD", "REMOVE", "DELETE");

    /**
     * One change of an attribute.
     *
     * @param attribute its name or alias
     * @param change changes the item
     */
    record Clause(String attribute, Change change) {}

    /** Changes one attribute. */
    @FunctionalInterface
    interface Change {
        void apply(Scope before, String attribute, Map<String, AttributeValue> item);
    }

    /** Parses an expression. The number of different expressions is small. */
    static ItemUpdate of(String expression) {
        return PARSED.computeIfAbsent(expression, text -> {
            Tokens tokens = new Tokens(text);
            List<Clause> clauses = new ArrayList<>();
            while (!tokens.atEnd()) {
                String section = tokens.next().toUpperCase(Locale.ROOT);
                if (!SECTIONS.contains(section)) {
                    throw new IllegalArgumentException("not a supported update: " + text);
                }
                do {
                    clauses.add(clause(section, tokens));
                } while (tokens.skip(","));
            }
            return new ItemUpdate(List.copyOf(clauses));
        });
    }

    private static Clause clause(String section, Tokens tokens) {
        String name = tokens.next();
        return switch (section) {
            case "SET" -> {
                tokens.require("=");
                yield new Clause(name, set(sum(tokens)));
            }
            case "ADD" -> new Clause(name, add(Operand.parse(tokens)));
            case "DELETE" -> new Clause(name, delete(Operand.parse(tokens)));
            default -> new Clause(name, (_, attribute, item) -> item.remove(attribute));
        };
    }

    private static Operand sum(Tokens tokens) {
        Operand left = Operand.parse(tokens);
        boolean plus = tokens.skip("+");
        if (!plus && !tokens.skip("-")) {
            return left;
        }
        Operand right = Operand.parse(tokens);
        return scope -> {
            AttributeValue a = left.of(scope);
            AttributeValue b = right.of(scope);
            if (a == null || b == null) {
                throw new IllegalArgumentException("an attribute of a sum does not exist");
            }
            return AttributeValue.fromN((plus
                            ? Operand.number(a).add(Operand.number(b))
                            : Operand.number(a).subtract(Operand.number(b)))
                    .toPlainString());
        };
    }

    private static Change set(Operand value) {
        return (before, attribute, item) -> {
            AttributeValue result = value.of(before);
            if (result == null) {
                throw new IllegalArgumentException("the value of " + attribute + " does not exist");
            }
            item.put(attribute, result);
        };
    }

    private static Change add(Operand operand) {
        return (before, attribute, item) -> {
            AttributeValue value = operand.of(before);
            AttributeValue stored = before.item().get(attribute);
            if (value == null || stored == null) {
                item.put(attribute, value);
            } else if (value.type() == AttributeValue.Type.N) {
                item.put(
                        attribute,
                        AttributeValue.fromN(Operand.number(stored)
                                .add(Operand.number(value))
                                .toPlainString()));
            } else {
                Set<String> all = new TreeSet<>(stored.ss());
                all.addAll(value.ss());
                item.put(attribute, AttributeValue.fromSs(List.copyOf(all)));
            }
        };
    }

    private static Change delete(Operand operand) {
        return (before, attribute, item) -> {
            AttributeValue value = operand.of(before);
            AttributeValue stored = before.item().get(attribute);
            if (value == null || stored == null) {
                return;
            }
            List<String> left = stored.ss().stream()
                    .filter(text -> !value.ss().contains(text))
                    .toList();
            if (left.isEmpty()) {
                item.remove(attribute);
            } else {
                item.put(attribute, AttributeValue.fromSs(left));
            }
        };
    }

    /** Returns the item after the update. */
    Map<String, AttributeValue> apply(Scope before, Map<String, AttributeValue> key) {
        Map<String, AttributeValue> item = new HashMap<>(before.item());
        item.putAll(key);
        for (Clause clause : clauses) {
            clause.change().apply(before, before.attribute(clause.attribute()), item);
        }
        return item;
    }
}
