package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The disjuncts of one event type, at most 64, with the mask of surviving disjuncts for each attribute value. */
final class EventTypePrefilter {
    private final String type;
    private final SyscallKind kind;
    private final List<Disjunct> disjuncts;
    private final Map<Attribute, long[]> survivors = new EnumMap<>(Attribute.class);
    private final long excludable;

    EventTypePrefilter(String type, SyscallKind kind, List<Disjunct> disjuncts, AttributeEvaluator evaluator) {
        this.type = type;
        this.kind = kind;
        this.disjuncts = List.copyOf(disjuncts);
        long excluded = 0;
        for (Attribute attribute : Attribute.values()) {
            if (disjuncts.stream().anyMatch(disjunct -> disjunct.attributes().contains(attribute))) {
                long[] masks = new long[evaluator.valueCount(attribute)];
                for (int value = 0; value < masks.length; value++) {
                    masks[value] = survivors(attribute, value, evaluator);
                    excluded |= allDisjuncts() & ~masks[value];
                }
                survivors.put(attribute, masks);
            }
        }
        excludable = excluded;
    }

    private long survivors(Attribute attribute, int value, AttributeEvaluator evaluator) {
        Function<CheckedExpr, Tristate> truthOf = check -> evaluator.evaluate(attribute, kind, value, check);
        long possible = 0;
        for (int i = 0; i < disjuncts.size(); i++) {
            Disjunct disjunct = disjuncts.get(i);
            if (!disjunct.attributes().contains(attribute)
                    || disjunct.condition().evaluate(truthOf) != Tristate.FALSE) {
                possible |= 1L << i;
            }
        }
        return possible;
    }

    /** Returns the name of the event type. */
    String type() {
        return type;
    }

    SyscallKind kind() {
        return kind;
    }

    /** Returns the disjuncts, indexed by their bit. */
    List<Disjunct> disjuncts() {
        return disjuncts;
    }

    /** Returns a mask with the bits of all disjuncts. */
    long allDisjuncts() {
        return disjuncts.size() == Long.SIZE ? -1 : (1L << disjuncts.size()) - 1;
    }

    /** Returns the disjuncts that can still hold when the attribute has the given value. */
    long survivors(Attribute attribute, int value) {
        long[] masks = survivors.get(attribute);
        return masks == null ? allDisjuncts() : masks[value];
    }

    /** Returns the disjuncts that at least one attribute value excludes. */
    long excludable() {
        return excludable;
    }

    /** Returns true if some disjunct can never be excluded, so that the kernel submits every event of the type. */
    boolean alwaysSubmits() {
        return excludable != allDisjuncts();
    }
}
