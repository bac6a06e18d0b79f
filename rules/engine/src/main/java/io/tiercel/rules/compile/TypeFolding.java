package io.tiercel.rules.compile;

import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.Source;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Leaves out of conditions what the event's type decides: among rules for several types, each has parts that are about
 * others. Holds for events whose {@code evt.type} is the name of their type.
 */
final class TypeFolding {
    private static final Node TRUE = new Node.All(List.of());
    /** What no event fulfils. */
    static final Node FALSE = new Node.Any(List.of());

    private final List<String> types;
    private final Map<Integer, Node> bodies;

    /** What became of shared parts: decided, or the part itself. */
    private final Map<Integer, Node> decided = new HashMap<>();

    /**
     * Folding for some types.
     *
     * @param types codes; a check is decided if they all decide it alike
     * @param bodies shared parts by slot
     */
    TypeFolding(List<Integer> types, Map<Integer, Node> bodies) {
        this.types = types.stream().map(EventTypes::name).toList();
        this.bodies = bodies;
    }

    Node fold(Node node) {
        return switch (node) {
            case Node.All(List<Node> operands) -> {
                List<Node> rest = operands.stream()
                        .map(this::fold)
                        .filter(operand -> !operand.equals(TRUE))
                        .toList();
                yield rest.contains(FALSE) ? FALSE : Fusion.all(rest);
            }
            case Node.Any(List<Node> operands) -> {
                List<Node> rest = operands.stream()
                        .map(this::fold)
                        .filter(operand -> !operand.equals(FALSE))
                        .toList();
                yield rest.contains(TRUE) ? TRUE : Fusion.any(rest);
            }
            case Node.Not(Node operand) -> {
                Node folded = fold(operand);
                yield folded.equals(TRUE) ? FALSE : folded.equals(FALSE) ? TRUE : new Node.Not(folded);
            }
            case Node.Shared(int slot) -> {
                Node known = decided.get(slot);
                if (known == null) {
                    Node folded = fold(bodies.getOrDefault(slot, TRUE));
                    known = folded.equals(TRUE) || folded.equals(FALSE) ? folded : node;
                    decided.put(slot, known);
                }
                yield known;
            }
            case Node.Text(Source source, Operator operator, Constant.Text(String text))
            when evtType(source) && operator == Operator.EQUAL -> decided(node, text::equals);
            case Node.Text(Source source, Operator operator, Constant.Text(String text))
            when evtType(source) && operator == Operator.NOT_EQUAL -> decided(node, type -> !type.equals(text));
            case Node.TextIn(Source source, List<String> texts) when evtType(source) -> decided(node, texts::contains);
            case Node.One _, Node.Outlined _, Node.Interpreted _, Node.Check _ -> node;
        };
    }

    private static boolean evtType(Source source) {
        return source instanceof Source.FieldValue field && field.ref().field() == Field.EVT_TYPE;
    }

    private Node decided(Node check, Predicate<String> holds) {
        long holding = types.stream().filter(holds).count();
        return holding == types.size() ? TRUE : holding == 0 ? FALSE : check;
    }
}
