package io.tiercel.rules.compile;

import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Leaves out of conditions what the event's type decides: among rules for several types, each has parts that are about
 * others. Holds for events whose {@code evt.type} is the name of their type.
 */
final class EventTypeFolding {
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
    EventTypeFolding(List<Integer> types, Map<Integer, Node> bodies) {
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
            case Node.Check check when ofType(check) -> decided(check);
            case Node.One _, Node.Outlined _, Node.Interpreted _, Node.Check _ -> node;
        };
    }

    private static boolean evtType(ValueSource source) {
        return source instanceof ValueSource.FieldValue field && field.ref().field() == Field.EVT_TYPE;
    }

    /** Whether the type decides the check, where {@code evt.type} is its name. */
    static boolean ofType(Node.Check check) {
        return evtType(check.source())
                && switch (check) {
                    case Node.TextIn _ -> true;
                    case Node.Text(ValueSource _, Operator operator, Constant.Text _) ->
                        operator == Operator.EQUAL || operator == Operator.NOT_EQUAL;
                    default -> false;
                };
    }

    /** For each type, by its code, whether a check that it decides holds. */
    static boolean[] holding(Node check) {
        boolean[] holding = new boolean[EventTypes.count()];
        for (int type = 0; type < holding.length; type++) {
            holding[type] = holds(check, EventTypes.name(type));
        }
        return holding;
    }

    private static boolean holds(Node check, String type) {
        return switch (check) {
            case Node.TextIn(ValueSource _, List<String> texts) -> texts.contains(type);
            case Node.Text(ValueSource _, Operator operator, Constant.Text(String text)) ->
                type.equals(text) == (operator == Operator.EQUAL);
            default -> throw new IllegalArgumentException("not decided by the event type: " + check);
        };
    }

    private Node decided(Node check) {
        int holding = 0;
        for (String type : types) {
            holding += holds(check, type) ? 1 : 0;
        }
        return holding == types.size() ? TRUE : holding == 0 ? FALSE : check;
    }
}
