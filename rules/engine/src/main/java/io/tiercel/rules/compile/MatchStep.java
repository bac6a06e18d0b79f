package io.tiercel.rules.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A step in the search for the first condition that is true.
 *
 * <p>Many rules start with the same test, for example whether a file was opened for writing, or whether a process
 * started in a container. A test that several conditions have in common is done once. If it is false, all of them are
 * skipped. An event that matches no rule therefore needs only a few tests, regardless of the number of rules for its
 * type.
 */
sealed interface MatchStep {
    /** Evaluates one condition. */
    record Evaluate(NumberedCondition condition) implements MatchStep {}

    /** Executes further steps if the check is true. */
    record Guard(Node check, List<MatchStep> steps) implements MatchStep {}

    /**
     * A condition as a conjunction.
     *
     * @param number number of the condition
     * @param conjuncts expressions that must all be true
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

    /** Maximum nesting depth of guards. */
    int DEPTH_LIMIT = 8;

    /** Maximum number of guards at one level. */
    int WIDTH_LIMIT = 32;

    /** Returns steps that evaluate all conditions, not necessarily in order. */
    static List<MatchStep> of(List<NumberedCondition> conditions) {
        return of(conditions, DEPTH_LIMIT);
    }

    private static List<MatchStep> of(List<NumberedCondition> conditions, int depth) {
        List<MatchStep> steps = new ArrayList<>();
        List<NumberedCondition> rest = conditions;
        for (int width = 0; width < WIDTH_LIMIT && depth > 0; width++) {
            Map<Node, Integer> uses = new HashMap<>();
            for (NumberedCondition condition : rest) {
                condition.conjuncts().stream()
                        .distinct()
                        .filter(MatchStep::isSingleTest)
                        .forEach(node -> uses.merge(node, 1, Integer::sum));
            }
            Map.Entry<Node, Integer> mostUsed =
                    uses.entrySet().stream().max(Map.Entry.comparingByValue()).orElse(null);
            if (mostUsed == null || mostUsed.getValue() < 2) {
                break;
            }
            Node check = mostUsed.getKey();
            List<NumberedCondition> inside = new ArrayList<>();
            List<NumberedCondition> outside = new ArrayList<>();
            for (NumberedCondition condition : rest) {
                if (condition.conjuncts().contains(check)) {
                    inside.add(condition.without(check));
                } else {
                    outside.add(condition);
                }
            }
            steps.add(new Guard(check, of(inside, depth - 1)));
            rest = outside;
        }
        rest.forEach(condition -> steps.add(new Evaluate(condition)));
        return List.copyOf(steps);
    }

    /** Returns whether the node is a single test. */
    private static boolean isSingleTest(Node node) {
        return switch (node) {
            case Node.Not(Node operand) -> isSingleTest(operand);
            case Node.Check _, Node.Shared _, Node.Outlined _ -> true;
            case Node.All _, Node.Any _, Node.One _, Node.Interpreted _ -> false;
        };
    }
}
