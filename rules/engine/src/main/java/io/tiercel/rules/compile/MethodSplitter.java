package io.tiercel.rules.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Splits large conditions into methods that are small enough for JIT compilation.
 *
 * <p>HotSpot does not compile methods with more than 8,000 bytes of bytecode. The limit of the class file format is
 * 65,535.
 */
final class MethodSplitter {
    /** Maximum estimated size of the bytecode of a method. */
    static final int LIMIT = 7_000;

    private static final int CALL = 16;
    private static final int CHECK = 32;
    private static final int NUMERIC_PAIR = 64;
    private static final int COUNTING = 12;

    private final List<Node> outlined = new ArrayList<>();

    /** Returns the subexpressions with separate methods, by number. */
    List<Node> outlined() {
        return outlined;
    }

    /** Returns an equivalent node that fits in one method. */
    Node fit(Node node) {
        return switch (node) {
            case Node.All(List<Node> operands) -> new Node.All(fit(operands, Node.All::new));
            case Node.Any(List<Node> operands) -> new Node.Any(fit(operands, Node.Any::new));
            case Node.Not(Node operand) -> new Node.Not(fit(operand));
            case Node.One _, Node.Shared _, Node.Outlined _, Node.Interpreted _, Node.Check _ -> node;
        };
    }

    private List<Node> fit(List<Node> operands, Function<List<Node>, Node> combine) {
        List<Node> parts = operands.stream().map(this::fit).toList();
        while (size(parts) > LIMIT) {
            List<Node> fewer = new ArrayList<>();
            List<Node> group = new ArrayList<>();
            int size = 0;
            for (Node part : parts) {
                int added = size(part);
                if (size + added > LIMIT) {
                    fewer.add(outline(group, combine));
                    group = new ArrayList<>();
                    size = 0;
                }
                group.add(part);
                size += added;
            }
            fewer.add(outline(group, combine));
            parts = fewer;
        }
        return List.copyOf(parts);
    }

    private Node outline(List<Node> group, Function<List<Node>, Node> combine) {
        outlined.add(combine.apply(List.copyOf(group)));
        return new Node.Outlined(outlined.size() - 1);
    }

    private static int size(List<Node> nodes) {
        return nodes.stream().mapToInt(MethodSplitter::size).sum();
    }

    private static int size(Node node) {
        return switch (node) {
            case Node.All(List<Node> operands) -> size(operands);
            case Node.Any(List<Node> operands) -> size(operands);
            case Node.One(List<Node> operands) -> size(operands) + operands.size() * COUNTING + CALL;
            case Node.Not(Node operand) -> size(operand);
            case Node.Shared _, Node.Outlined _, Node.Interpreted _ -> CALL;
            case Node.NumericPair _ -> NUMERIC_PAIR;
            case Node.Check _ -> CHECK;
        };
    }
}
