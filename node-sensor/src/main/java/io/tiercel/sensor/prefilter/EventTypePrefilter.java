package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.sensor.bpf.record.SyscallTable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The disjuncts of one event type, at most 64, with the mask of surviving disjuncts for each attribute value. */
final class EventTypePrefilter {
    /** Attributes of the first and the second text of a record: prefix, suffix and substring. */
    static final List<Attribute> FIRST_TEXT =
            List.of(Attribute.PATH_PREFIX, Attribute.PATH_SUFFIX, Attribute.PATH_SUBSTRING);

    static final List<Attribute> SECOND_TEXT =
            List.of(Attribute.SECOND_PATH_PREFIX, Attribute.SECOND_PATH_SUFFIX, Attribute.SECOND_PATH_SUBSTRING);

    /** The attributes of both texts. */
    static final Set<Attribute> TEXTS =
            Stream.concat(FIRST_TEXT.stream(), SECOND_TEXT.stream()).collect(Collectors.toUnmodifiableSet());

    private final String type;
    private final EventShape shape;
    private final List<Disjunct> disjuncts;
    private final Map<Attribute, long[]> survivors = new EnumMap<>(Attribute.class);
    private final long excludable;

    EventTypePrefilter(String type, EventShape shape, List<Disjunct> disjuncts, AttributeEvaluator evaluator) {
        this.type = type;
        this.shape = shape;
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
        for (int i = 0; i < disjuncts.size(); i++) {
            if (testsProcesses()
                    && ProcessConditions.canExclude(disjuncts.get(i).condition())) {
                excluded |= 1L << i;
            }
        }
        excludable = excluded;
    }

    private long survivors(Attribute attribute, int value, AttributeEvaluator evaluator) {
        boolean substring = attribute == Attribute.PATH_SUBSTRING || attribute == Attribute.SECOND_PATH_SUBSTRING;
        Function<CheckedExpr, Tristate> truthOf =
                check -> evaluator.evaluate(attribute, shape, substring ? 0 : value, check);
        long possible = 0;
        for (int i = 0; i < disjuncts.size(); i++) {
            Disjunct disjunct = disjuncts.get(i);
            if (!disjunct.attributes().contains(attribute)
                    || disjunct.condition().evaluate(truthOf) != Tristate.FALSE
                    || substring && value > 0 && requiresSubstring(disjunct, attribute, value, evaluator)) {
                possible |= 1L << i;
            }
        }
        return possible;
    }

    /** Returns true if a check of the disjunct can hold because of a substring. Other checks can need other substrings of the text. */
    private boolean requiresSubstring(Disjunct disjunct, Attribute attribute, int value, AttributeEvaluator evaluator) {
        boolean[] required = {false};
        disjunct.condition()
                .forEachCheck(check ->
                        required[0] |= evaluator.attributes(shape, check).contains(attribute)
                                && evaluator.substrings().isRequired(value, check));
        return required[0];
    }

    /** Returns the name of the event type. */
    String type() {
        return type;
    }

    EventShape shape() {
        return shape;
    }

    SyscallKind kind() {
        return shape.kind();
    }

    /** Returns true if the program and the ancestors of a process can exclude disjuncts. Events that the state needs are not dropped. */
    boolean testsProcesses() {
        return !SyscallTable.maintainsState(type);
    }

    /** Returns how many texts of the type's records the kernel compares: none, or all, because it takes the kernel's names apart. */
    int comparedTexts() {
        return TEXTS.stream().anyMatch(this::tests) ? shape.texts().count() : 0;
    }

    /** Returns true if the kernel tests an attribute of the type. */
    boolean tests(Attribute attribute) {
        return survivors.containsKey(attribute);
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

    /** Returns the disjuncts that at least one attribute value, or process, excludes. */
    long excludable() {
        return excludable;
    }

    /** Returns true if some disjunct can never be excluded, so that the kernel submits every event of the type. */
    boolean alwaysSubmits() {
        return excludable != allDisjuncts();
    }
}
