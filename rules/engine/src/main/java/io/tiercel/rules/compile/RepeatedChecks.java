package io.tiercel.rules.compile;

import io.tiercel.rules.condition.Operator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks that search through texts and stand in several places: finding them out once per event pays. */
final class RepeatedChecks {
    private final Map<Node.Check, Integer> places = new LinkedHashMap<>();

    /** Takes conditions of which one event may meet all. Those of different calls count apart. */
    void add(Iterable<Node> together) {
        Map<Node.Check, Integer> found = new LinkedHashMap<>();
        for (Node node : together) {
            count(node, found);
        }
        found.forEach((check, times) -> places.merge(check, times, Math::max));
    }

    private static void count(Node node, Map<Node.Check, Integer> places) {
        switch (node) {
            case Node.All(List<Node> operands) -> count(operands, places);
            case Node.Any(List<Node> operands) -> count(operands, places);
            case Node.One(List<Node> operands) -> count(operands, places);
            case Node.Not(Node operand) -> count(operand, places);
            case Node.Text text when searches(text.operator()) -> places.merge(text, 1, Integer::sum);
            case Node.TextContains contains -> places.merge(contains, 1, Integer::sum);
            case Node.Check _, Node.Shared _, Node.Outlined _, Node.Interpreted _ -> {}
        }
    }

    private static void count(List<Node> nodes, Map<Node.Check, Integer> places) {
        for (Node node : nodes) {
            count(node, places);
        }
    }

    List<Node.Check> checks() {
        List<Node.Check> checks = new ArrayList<>();
        places.forEach((check, times) -> {
            if (times > 1) {
                checks.add(check);
            }
        });
        return checks;
    }

    private static boolean searches(Operator operator) {
        return switch (operator) {
            case EQUAL, NOT_EQUAL, STARTSWITH, BSTARTSWITH, ENDSWITH -> false;
            default -> true;
        };
    }
}
