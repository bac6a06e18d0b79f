package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The clauses of an event type, at most 64, and what the values of each attribute leave of them. */
final class EventTypePrefilter {
    private final String type;
    private final SyscallKind shape;
    private final List<Disjunct> clauses;
    private final Map<Attribute, long[]> left = new EnumMap<>(Attribute.class);
    private final long restricted;

    EventTypePrefilter(String type, SyscallKind shape, List<Disjunct> clauses, AttributeEvaluator knowledge) {
        this.type = type;
        this.shape = shape;
        this.clauses = List.copyOf(clauses);
        long ruledOut = 0;
        for (Attribute attribute : Attribute.values()) {
            if (clauses.stream().anyMatch(clause -> clause.attributes().contains(attribute))) {
                long[] masks = new long[knowledge.values(attribute)];
                for (int value = 0; value < masks.length; value++) {
                    masks[value] = left(attribute, value, knowledge);
                    ruledOut |= all() & ~masks[value];
                }
                left.put(attribute, masks);
            }
        }
        restricted = ruledOut;
    }

    private long left(Attribute attribute, int value, AttributeEvaluator knowledge) {
        Function<CheckedExpr, Tristate> known = check -> knowledge.of(attribute, shape, value, check);
        long possible = 0;
        for (int i = 0; i < clauses.size(); i++) {
            Disjunct clause = clauses.get(i);
            if (!clause.attributes().contains(attribute) || clause.condition().holds(known) != Tristate.NO) {
                possible |= 1L << i;
            }
        }
        return possible;
    }

    /** The type's name. */
    String type() {
        return type;
    }

    SyscallKind shape() {
        return shape;
    }

    /** By their bit. */
    List<Disjunct> clauses() {
        return clauses;
    }

    /** Every clause. */
    long all() {
        return clauses.size() == Long.SIZE ? -1 : (1L << clauses.size()) - 1;
    }

    /** The clauses that a value of an attribute leaves possible. */
    long left(Attribute attribute, int value) {
        long[] masks = left.get(attribute);
        return masks == null ? all() : masks[value];
    }

    /** The clauses that some value of some attribute rules out. */
    long restricted() {
        return restricted;
    }

    /** Whether a clause is never ruled out, so that every event is handed over. */
    boolean open() {
        return restricted != all();
    }
}
