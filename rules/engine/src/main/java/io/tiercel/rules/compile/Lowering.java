package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ConstantSet;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Lowers checked conditions to nodes. It selects the kind of value that each comparison reads, resolves modifiers, and
 * inlines shared subexpressions that have only one use.
 */
final class Lowering {
    /** Maximum number of constants with {@code oneof}. The interpreter evaluates longer lists. */
    private static final int ONE_LIMIT = 64;

    private final SharedUseCounts useCounts;
    private final SequencedMap<Integer, Node> bodies = new TreeMap<>();

    Lowering(SharedUseCounts useCounts) {
        this.useCounts = useCounts;
    }

    /** Returns the bodies of the shared subexpressions of all conditions lowered so far, by slot. */
    SequencedMap<Integer, Node> bodies() {
        return bodies;
    }

    Node lower(CheckedExpr expr) {
        return switch (expr) {
            case CheckedExpr.And and -> Fusion.all(lower(and.operands()));
            case CheckedExpr.Or or -> Fusion.any(lower(or.operands()));
            case CheckedExpr.Not not -> new Node.Not(lower(not.operand()));
            case CheckedExpr.Shared shared -> shared(shared);
            case CheckedExpr.Exists exists -> new Node.Exists(exists.source());
            case CheckedExpr.Compare compare -> compare(compare.source(), compare.operator(), compare.constant());
            case CheckedExpr.Quantified quantified -> quantified(quantified);
            case CheckedExpr.Member member -> member(member.source(), member.any(), member.set());
            case CheckedExpr.PathMatch prefixed ->
                multiValued(prefixed.source())
                        ? new Node.AnyValueUnderPath(prefixed.source(), prefixed.prefixes())
                        : new Node.UnderPath(prefixed.source(), prefixed.prefixes());
            case CheckedExpr.CompareSources compare -> sources(compare);
        };
    }

    private List<Node> lower(List<CheckedExpr> operands) {
        return operands.stream().map(this::lower).toList();
    }

    private Node shared(CheckedExpr.Shared shared) {
        if (useCounts.uses(shared.slot()) == 1) {
            return lower(shared.body());
        }
        if (!bodies.containsKey(shared.slot())) {
            bodies.put(shared.slot(), lower(shared.body()));
        }
        return new Node.Shared(shared.slot());
    }

    private static Node compare(ValueSource source, Operator operator, Constant constant) {
        if (multiValued(source)) {
            return anyEqual(source) && operator == Operator.NOT_EQUAL
                    ? new Node.NoneEqual(source, constant)
                    : new Node.AnyValue(source, operator, constant);
        }
        return switch (source.type()) {
            case TEXT, PATH, BYTES -> new Node.Text(source, operator, constant);
            case ADDRESS, NETWORK -> new Node.Address(source, operator == Operator.EQUAL, constant);
            case INT64, UINT64, UINT32, PORT, TIME, BOOLEAN, DOUBLE ->
                constant instanceof Constant.Numeric(long value)
                        ? new Node.Numeric(source, operator, value)
                        : new Node.Any(List.of());
        };
    }

    /** Returns whether the source has several values, which are compared one by one. */
    private static boolean multiValued(ValueSource source) {
        return source instanceof ValueSource.FieldValue field
                && !source.list()
                && field.ref().multiple();
    }

    private static boolean anyEqual(ValueSource source) {
        return source instanceof ValueSource.FieldValue field && field.ref().anyEqual();
    }

    private static Node quantified(CheckedExpr.Quantified quantified) {
        ValueSource source = quantified.source();
        if (multiValued(source) && !anyEqual(source)) {
            return new Node.Quantified(source, quantified);
        }
        List<Node> checks = quantified.constants().stream()
                .map(constant -> compare(source, quantified.operator(), constant))
                .toList();
        return switch (quantified.modifier()) {
            case ANYOF -> Fusion.any(checks);
            case ALLOF -> checks.isEmpty() ? new Node.Any(List.of()) : Fusion.all(checks);
            case ONEOF -> checks.size() > ONE_LIMIT ? new Node.Quantified(source, quantified) : new Node.One(checks);
        };
    }

    private static Node member(ValueSource source, boolean any, ConstantSet set) {
        if (source.list()) {
            return new Node.ListIn(source, any, set);
        }
        if (multiValued(source)) {
            return new Node.AnyValueIn(source, set);
        }
        return switch (source.type()) {
            case TEXT, PATH, BYTES -> new Node.TextIn(source, texts(set));
            case ADDRESS, NETWORK -> new Node.AddressIn(source, set);
            case INT64, UINT64, UINT32, PORT, TIME, BOOLEAN, DOUBLE -> new Node.NumericIn(source, set);
        };
    }

    private static List<String> texts(ConstantSet set) {
        List<String> texts = new ArrayList<>();
        for (Constant constant : set.constants()) {
            if (constant instanceof Constant.Text(String text)) {
                texts.add(text);
            }
        }
        return texts;
    }

    private static Node sources(CheckedExpr.CompareSources compare) {
        ValueSource source = compare.source();
        ValueSource other = compare.other();
        if (!multiValued(source) && !source.list() && !multiValued(other) && !other.list()) {
            if (textual(source.type()) && textual(other.type())) {
                return new Node.TextPair(source, compare.operator(), other);
            }
            if (numeric(source.type()) && numeric(other.type())) {
                return new Node.NumericPair(source, compare.operator(), other);
            }
        }
        return new Node.SourcePair(source, compare);
    }

    private static boolean textual(FieldType type) {
        return type == FieldType.TEXT || type == FieldType.PATH || type == FieldType.BYTES;
    }

    private static boolean numeric(FieldType type) {
        return !textual(type) && type != FieldType.ADDRESS && type != FieldType.NETWORK;
    }
}
