package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import java.util.List;
import java.util.function.Function;

/**
 * The clauses of an event type.
 *
 * @param type its name
 * @param clauses at most 64, by their bit
 * @param open whether one of them is never ruled out, so that every event is handed over
 */
record TypePass(String type, Shape shape, List<Clause> clauses, boolean open) {
    /** Every clause. */
    long all() {
        return clauses.size() == Long.SIZE ? -1 : (1L << clauses.size()) - 1;
    }

    /** The clauses that a value of an attribute leaves possible. */
    long left(Attribute attribute, int value, Knowledge knowledge) {
        Function<CheckedExpr, Truth> known = check -> knowledge.of(attribute, shape, value, check);
        long left = 0;
        for (int i = 0; i < clauses.size(); i++) {
            Clause clause = clauses.get(i);
            if (!clause.attributes().contains(attribute) || clause.condition().holds(known) != Truth.NO) {
                left |= 1L << i;
            }
        }
        return left;
    }

    /** The clauses that some value of some attribute rules out. */
    long restricted(Knowledge knowledge) {
        long restricted = 0;
        for (Attribute attribute : Attribute.values()) {
            for (int value = 0; value < knowledge.values(attribute); value++) {
                restricted |= all() & ~left(attribute, value, knowledge);
            }
        }
        return restricted;
    }
}
