package io.tiercel.rules.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is done to find the first of several conditions that holds.
 *
 * <p>Many rules ask the same at first: whether a file was opened for writing, whether a process was started in a
 * container. What is common to several is asked once, and if it is false, all of them are done with. So an event that
 * nothing wants costs a few questions, however many rules there are for its type.
 */
sealed interface MatchStep {
    /** Tries one condition. */
    record Try(NumberedCondition clause) implements MatchStep {}

    /** Takes further steps if the check holds. */
    record Guard(Node check, List<MatchStep> steps) implements MatchStep {}

    /**
     * A condition as what must hold together.
     *
     * @param number the condition's number
     */
    record NumberedCondition(int number, List<Node> conjuncts) {
        static NumberedCondition of(int number, Node condition) {
            return new NumberedCondition(
                    number, condition instanceof Node.All(List<Node> operands) ? operands : List.of(condition));
        }

        Node condition() {
            return conjuncts.size() == 1 ? conjuncts.getFirst() : new Node.All(conjuncts);
        }

        private NumberedCondition without(Node conjunct) {
            List<Node> rest = new ArrayList<>(conjuncts);
            rest.removeIf(conjunct::equals);
            return new NumberedCondition(number, List.copyOf(rest));
        }
    }

    /** Guards within guards, and guards beside each other: more would not pay. */
    int DEPTH_LIMIT = 8;

    int WIDTH_LIMIT = 32;

    /** Steps that try all these clauses, not necessarily in their order. */
    static List<MatchStep> of(List<NumberedCondition> clauses) {
        return of(clauses, DEPTH_LIMIT);
    }

    private static List<MatchStep> of(List<NumberedCondition> clauses, int depth) {
        List<MatchStep> steps = new ArrayList<>();
        List<NumberedCondition> rest = clauses;
        for (int width = 0; width < WIDTH_LIMIT && depth > 0; width++) {
            Map<Node, Integer> uses = new HashMap<>();
            for (NumberedCondition clause : rest) {
                clause.conjuncts().stream()
                        .distinct()
                        .filter(MatchStep::single)
                        .forEach(node -> uses.merge(node, 1, Integer::sum));
            }
            Map.Entry<Node, Integer> most =
                    uses.entrySet().stream().max(Map.Entry.comparingByValue()).orElse(null);
            if (most == null || most.getValue() < 2) {
                break;
            }
            Node check = most.getKey();
            List<NumberedCondition> inside = new ArrayList<>();
            List<NumberedCondition> outside = new ArrayList<>();
            for (NumberedCondition clause : rest) {
                if (clause.conjuncts().contains(check)) {
                    inside.add(clause.without(check));
                } else {
                    outside.add(clause);
                }
            }
            steps.add(new Guard(check, of(inside, depth - 1)));
            rest = outside;
        }
        rest.forEach(clause -> steps.add(new Try(clause)));
        return List.copyOf(steps);
    }

    /** Whether asking the node costs one question. */
    private static boolean single(Node node) {
        return switch (node) {
            case Node.Not(Node operand) -> single(operand);
            case Node.Check _, Node.Shared _, Node.Outlined _ -> true;
            case Node.All _, Node.Any _, Node.One _, Node.Interpreted _ -> false;
        };
    }
}
