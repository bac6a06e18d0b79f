package io.tiercel.rules.compile;

import io.tiercel.rules.condition.Operator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks that search through texts and stand in several places: finding them out once per event pays. */
final class Repeated {
    private final Map<Node.Check, Integer> places = new LinkedHashMap<>();

    void count(Node node) {
        switch (node) {
            case Node.All(List<Node> operands) -> operands.forEach(this::count);
            case Node.Any(List<Node> operands) -> operands.forEach(this::count);
            case Node.One(List<Node> operands) -> operands.forEach(this::count);
            case Node.Not(Node operand) -> count(operand);
            case Node.Text text when searches(text.operator()) -> places.merge(text, 1, Integer::sum);
            case Node.TextContains contains -> places.merge(contains, 1, Integer::sum);
            case Node.Check _, Node.Shared _, Node.Outlined _, Node.Interpreted _ -> {}
        }
    }

    List<Node.Check> checks() {
        return places.entrySet().stream()
                .filter(place -> place.getValue() > 1)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean searches(Operator operator) {
        return switch (operator) {
            case EQUAL, NOT_EQUAL, STARTSWITH, BSTARTSWITH, ENDSWITH -> false;
            default -> true;
        };
    }
}
