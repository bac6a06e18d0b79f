package io.tiercel.rules.compile;

import io.tiercel.rules.condition.Operator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds expensive text comparisons that occur several times, so that their results can be cached for an event. */
final class RepeatedChecks {
    private final Map<Node.Check, Integer> occurrences = new LinkedHashMap<>();

    /** Adds conditions that can all be evaluated for one event. Occurrences in different calls are not added up. */
    void add(Iterable<Node> conditions) {
        Map<Node.Check, Integer> counts = new LinkedHashMap<>();
        for (Node node : conditions) {
            count(node, counts);
        }
        counts.forEach((check, times) -> occurrences.merge(check, times, Math::max));
    }

    private static void count(Node node, Map<Node.Check, Integer> occurrences) {
        switch (node) {
            case Node.All(List<Node> operands) -> count(operands, occurrences);
            case Node.Any(List<Node> operands) -> count(operands, occurrences);
            case Node.One(List<Node> operands) -> count(operands, occurrences);
            case Node.Not(Node operand) -> count(operand, occurrences);
            case Node.Text text when isExpensive(text.operator()) -> occurrences.merge(text, 1, Integer::sum);
            case Node.TextContains contains -> occurrences.merge(contains, 1, Integer::sum);
            case Node.Check _, Node.Shared _, Node.Outlined _, Node.Interpreted _ -> {}
        }
    }

    private static void count(List<Node> nodes, Map<Node.Check, Integer> occurrences) {
        for (Node node : nodes) {
            count(node, occurrences);
        }
    }

    /** Returns the comparisons that occur more than once. */
    List<Node.Check> checks() {
        List<Node.Check> checks = new ArrayList<>();
        occurrences.forEach((check, times) -> {
            if (times > 1) {
                checks.add(check);
            }
        });
        return checks;
    }

    private static boolean isExpensive(Operator operator) {
        return switch (operator) {
            case EQUAL, NOT_EQUAL, STARTSWITH, BSTARTSWITH, ENDSWITH -> false;
            default -> true;
        };
    }
}
