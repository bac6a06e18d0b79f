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
 * Melts alternatives about the same text into one lookup: {@code fd.name = /a or fd.name in (/b, /c)}, {@code fd.name
 * startswith /a or fd.name startswith /b}, {@code contains} of parts that begin alike; and so too {@code not} of several in a row.
 */
final class Fusion {
    private Fusion() {}

    /** Parts that have less in common at their beginning are looked for one by one. */
    private static final int COMMON_BEGINNING = 2;

    private enum Kind {
        WHOLE,
        BEGINNING,
        PART
    }

    /** What makes alternatives one: the text that they are about, and what they compare of it. */
    private record Key(ValueSource source, Kind kind) {}

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
        Map<Key, Integer> times = new LinkedHashMap<>();
        for (Node operand : flat) {
            Key key = key(operand);
            if (key != null) {
                texts.computeIfAbsent(key, k -> new ArrayList<>()).addAll(texts(operand));
                times.merge(key, 1, Integer::sum);
            }
        }
        texts.forEach((key, all) -> {
            if (key.kind() == Kind.PART && SubstringSet.beginning(all).length() < COMMON_BEGINNING) {
                times.remove(key);
            }
        });
        List<Node> result = new ArrayList<>();
        Set<Key> done = new HashSet<>();
        for (Node operand : flat) {
            Key key = key(operand);
            if (key == null || times.getOrDefault(key, 0) < 2) {
                result.add(operand);
            } else if (done.add(key)) {
                result.add(one(key, texts.getOrDefault(key, List.of())));
            }
        }
        return result.size() == 1 ? result.getFirst() : new Node.Any(List.copyOf(result));
    }

    private static Node one(Key key, List<String> texts) {
        return switch (key.kind()) {
            case WHOLE -> new Node.TextIn(key.source(), texts);
            case BEGINNING -> new Node.TextStartsWith(key.source(), texts);
            case PART -> new Node.TextContains(key.source(), texts);
        };
    }

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
            when beginning(operator) -> new Key(source, Kind.BEGINNING);
            case Node.Text(ValueSource source, Operator operator, Constant.Text _)
            when operator == Operator.CONTAINS -> new Key(source, Kind.PART);
            case Node.TextIn(ValueSource source, List<String> _) -> new Key(source, Kind.WHOLE);
            case Node.TextStartsWith(ValueSource source, List<String> _) -> new Key(source, Kind.BEGINNING);
            case Node.TextContains(ValueSource source, List<String> _) -> new Key(source, Kind.PART);
            default -> null;
        };
    }

    private static boolean beginning(Operator operator) {
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
