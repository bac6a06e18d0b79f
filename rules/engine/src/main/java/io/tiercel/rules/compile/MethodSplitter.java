package io.tiercel.rules.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Cuts bodies into methods that are small enough to be compiled to machine code: HotSpot leaves methods of more than 8,000
 * bytes to its interpreter, long before the class file's own limit of 65,535.
 */
final class MethodSplitter {
    /** Upper bound for a method's code in bytes, as estimated here. */
    static final int LIMIT = 7_000;

    private static final int CALL = 16;
    private static final int CHECK = 32;
    private static final int TWO_NUMBERS = 64;
    private static final int COUNTING = 12;

    private final List<Node> outlined = new ArrayList<>();

    /** Parts with methods of their own, by number. */
    List<Node> outlined() {
        return outlined;
    }

    /** The same node, small enough for one method. */
    Node fit(Node node) {
        return switch (node) {
            case Node.All(List<Node> operands) -> new Node.All(fit(operands, Node.All::new));
            case Node.Any(List<Node> operands) -> new Node.Any(fit(operands, Node.Any::new));
            case Node.Not(Node operand) -> new Node.Not(fit(operand));
            case Node.One _, Node.Shared _, Node.Outlined _, Node.Interpreted _, Node.Check _ -> node;
        };
    }

    private List<Node> fit(List<Node> operands, Function<List<Node>, Node> whole) {
        List<Node> parts = operands.stream().map(this::fit).toList();
        while (weight(parts) > LIMIT) {
            List<Node> fewer = new ArrayList<>();
            List<Node> group = new ArrayList<>();
            int weight = 0;
            for (Node part : parts) {
                int more = weight(part);
                if (weight + more > LIMIT) {
                    fewer.add(outline(group, whole));
                    group = new ArrayList<>();
                    weight = 0;
                }
                group.add(part);
                weight += more;
            }
            fewer.add(outline(group, whole));
            parts = fewer;
        }
        return List.copyOf(parts);
    }

    private Node outline(List<Node> group, Function<List<Node>, Node> whole) {
        outlined.add(whole.apply(List.copyOf(group)));
        return new Node.Outlined(outlined.size() - 1);
    }

    private static int weight(List<Node> nodes) {
        return nodes.stream().mapToInt(MethodSplitter::weight).sum();
    }

    private static int weight(Node node) {
        return switch (node) {
            case Node.All(List<Node> operands) -> weight(operands);
            case Node.Any(List<Node> operands) -> weight(operands);
            case Node.One(List<Node> operands) -> weight(operands) + operands.size() * COUNTING + CALL;
            case Node.Not(Node operand) -> weight(operand);
            case Node.Shared _, Node.Outlined _, Node.Interpreted _ -> CALL;
            case Node.NumericPair _ -> TWO_NUMBERS;
            case Node.Check _ -> CHECK;
        };
    }
}
