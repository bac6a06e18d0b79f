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
 * Constant folding for a known event type: removes comparisons of {@code evt.type} from conditions.
 *
 * <p>The result is valid for events whose {@code evt.type} is the name of their type.
 */
final class EventTypeFolding {
    private static final Node TRUE = new Node.All(List.of());
    /** A condition that is always false. */
    static final Node FALSE = new Node.Any(List.of());

    private final List<String> types;
    private final Map<Integer, Node> bodies;

    /** Folded shared subexpressions by slot: TRUE, FALSE, or the reference itself. */
    private final Map<Integer, Node> decided = new HashMap<>();

    /**
     * Creates a folding for a group of event types.
     *
     * @param types type codes; a comparison is folded if its result is the same for all of them
     * @param bodies shared subexpressions by slot
     */
    EventTypeFolding(List<Integer> types, Map<Integer, Node> bodies) {
        this.types = types.stream().map(EventTypes::name).toList();
        this.bodies = bodies;
    }

    /** Returns the folded node. */
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
            case Node.Check check when dependsOnlyOnType(check) -> decided(check);
            case Node.One _, Node.Outlined _, Node.Interpreted _, Node.Check _ -> node;
        };
    }

    private static boolean isEventType(ValueSource source) {
        return source instanceof ValueSource.FieldValue field && field.ref().field() == Field.EVT_TYPE;
    }

    /** Returns whether the event type determines the result of the comparison. */
    static boolean dependsOnlyOnType(Node.Check check) {
        return isEventType(check.source())
                && switch (check) {
                    case Node.TextIn _ -> true;
                    case Node.Text(ValueSource _, Operator operator, Constant.Text _) ->
                        operator == Operator.EQUAL || operator == Operator.NOT_EQUAL;
                    default -> false;
                };
    }

    /** Returns the result of a comparison for each event type code. */
    static boolean[] resultsByType(Node check) {
        boolean[] results = new boolean[EventTypes.count()];
        for (int type = 0; type < results.length; type++) {
            results[type] = matchesType(check, EventTypes.name(type));
        }
        return results;
    }

    private static boolean matchesType(Node check, String type) {
        return switch (check) {
            case Node.TextIn(ValueSource _, List<String> texts) -> texts.contains(type);
            case Node.Text(ValueSource _, Operator operator, Constant.Text(String text)) ->
                type.equals(text) == (operator == Operator.EQUAL);
            default ->
                throw new IllegalArgumentException("the result does not depend only on the event type: " + check);
        };
    }

    private Node decided(Node check) {
        int results = 0;
        for (String type : types) {
            results += matchesType(check, type) ? 1 : 0;
        }
        return results == types.size() ? TRUE : results == 0 ? FALSE : check;
    }
}
