package io.tiercel.rules.compile;

import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Combines comparisons of the same text into one lookup.
 *
 * <p>Examples are {@code fd.name = /a or fd.name in (/b, /c)}, {@code fd.name startswith /a or fd.name startswith /b},
 * and {@code contains} with substrings that have a common prefix. Consecutive {@code not} comparisons in a conjunction
 * are combined, too.
 */
final class Fusion {
    private Fusion() {}

    /** Minimum length of the common prefix of substrings. Others are searched one by one. */
    private static final int MIN_COMMON_PREFIX = 2;

    private enum Kind {
        WHOLE,
        PREFIX,
        SUBSTRING
    }

    /** Comparisons with equal keys can be combined. */
    private record Key(ValueSource source, Kind kind) {}

    /** Returns the disjunction of the operands with combined comparisons. */
    static Node any(List<Node> operands) {
        List<Node> flat = new ArrayList<>();
        for (Node operand : operands) {
            if (operand instanceof Node.Any(List<Node> inner)) {
                flat.addAll(inner);
            } else {
                flat.add(operand);
            }
        }
        Map<Key, List<String>> texts = new LinkedHashMap<>();
        Map<Key, Integer> counts = new LinkedHashMap<>();
        for (Node operand : flat) {
            Key key = key(operand);
            if (key != null) {
                texts.computeIfAbsent(key, k -> new ArrayList<>()).addAll(texts(operand));
                counts.merge(key, 1, Integer::sum);
            }
        }
        texts.forEach((key, all) -> {
            if (key.kind() == Kind.SUBSTRING && SubstringSet.commonPrefix(all).length() < MIN_COMMON_PREFIX) {
                counts.remove(key);
            }
        });
        List<Node> result = new ArrayList<>();
        Set<Key> done = new HashSet<>();
        for (Node operand : flat) {
            Key key = key(operand);
            if (key == null || counts.getOrDefault(key, 0) < 2) {
                result.add(operand);
            } else if (done.add(key)) {
                result.add(combine(key, texts.getOrDefault(key, List.of())));
            }
        }
        return result.size() == 1 ? result.getFirst() : new Node.Any(List.copyOf(result));
    }

    private static Node combine(Key key, List<String> texts) {
        return switch (key.kind()) {
            case WHOLE -> new Node.TextIn(key.source(), texts);
            case PREFIX -> new Node.TextStartsWith(key.source(), texts);
            case SUBSTRING -> new Node.TextContains(key.source(), texts);
        };
    }

    /** Returns the conjunction of the operands with combined negated comparisons. */
    static Node all(List<Node> operands) {
        List<Node> flat = new ArrayList<>();
        for (Node operand : operands) {
            if (operand instanceof Node.All(List<Node> inner)) {
                flat.addAll(inner);
            } else {
                flat.add(operand);
            }
        }
        List<Node> result = new ArrayList<>();
        for (int i = 0; i < flat.size(); ) {
            List<Node> negated = new ArrayList<>();
            while (i < flat.size() && flat.get(i) instanceof Node.Not(Node inner)) {
                negated.add(inner);
                i++;
            }
            if (negated.isEmpty()) {
                result.add(flat.get(i++));
            } else {
                result.add(new Node.Not(any(negated)));
            }
        }
        return result.size() == 1 ? result.getFirst() : new Node.All(List.copyOf(result));
    }

    private static @Nullable Key key(Node node) {
        return switch (node) {
            case Node.Text(ValueSource source, Operator operator, Constant.Text _)
            when operator == Operator.EQUAL -> new Key(source, Kind.WHOLE);
            case Node.Text(ValueSource source, Operator operator, Constant.Text _)
            when isPrefixOperator(operator) -> new Key(source, Kind.PREFIX);
            case Node.Text(ValueSource source, Operator operator, Constant.Text _)
            when operator == Operator.CONTAINS -> new Key(source, Kind.SUBSTRING);
            case Node.TextIn(ValueSource source, List<String> _) -> new Key(source, Kind.WHOLE);
            case Node.TextStartsWith(ValueSource source, List<String> _) -> new Key(source, Kind.PREFIX);
            case Node.TextContains(ValueSource source, List<String> _) -> new Key(source, Kind.SUBSTRING);
            default -> null;
        };
    }

    private static boolean isPrefixOperator(Operator operator) {
        return operator == Operator.STARTSWITH || operator == Operator.BSTARTSWITH;
    }

    private static List<String> texts(Node node) {
        return switch (node) {
            case Node.Text(ValueSource _, Operator _, Constant.Text(String text)) -> List.of(text);
            case Node.TextIn(ValueSource _, List<String> texts) -> texts;
            case Node.TextStartsWith(ValueSource _, List<String> prefixes) -> prefixes;
            case Node.TextContains(ValueSource _, List<String> parts) -> parts;
            default -> List.of();
        };
    }
}
