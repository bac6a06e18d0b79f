package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.eval.Interpreter;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An event with only a few known fields, some of them known to be absent. The rule interpreter evaluates checks on it,
 * so results always agree with rule evaluation.
 */
final class PartialEvent implements Event {
    /** Marks a field that is known to be absent. */
    static final Object ABSENT = new Object();

    private final Map<Field, Object> values;
    private final Predicate<FieldRef> absent;

    private PartialEvent(Map<Field, Object> values, Predicate<FieldRef> absent) {
        this.values = values;
        this.absent = absent;
    }

    /** Creates an event from known fields. Each value is a {@link String}, a {@link Long} or {@link #ABSENT}. */
    static PartialEvent of(Map<Field, Object> values) {
        return of(values, _ -> false);
    }

    /** The same with fields that are known to be absent because of their arguments. */
    static PartialEvent of(Map<Field, Object> values, Predicate<FieldRef> absent) {
        return new PartialEvent(values.isEmpty() ? new EnumMap<>(Field.class) : new EnumMap<>(values), absent);
    }

    /** Evaluates a check. Returns {@link Tristate#UNKNOWN} if it reads a field that is not known. */
    Tristate evaluate(CheckedExpr check) {
        return determines(check) ? Tristate.of(Interpreter.matches(check, this)) : Tristate.UNKNOWN;
    }

    /** Returns true if all fields that the check reads are known. */
    boolean determines(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Exists exists -> determines(exists.source());
            case CheckedExpr.Compare compare -> determines(compare.source());
            case CheckedExpr.Quantified quantified -> determines(quantified.source());
            case CheckedExpr.Member member -> determines(member.source());
            case CheckedExpr.PathMatch prefixed -> determines(prefixed.source());
            case CheckedExpr.CompareSources compare -> determines(compare.source()) && determines(compare.other());
            case CheckedExpr.And _, CheckedExpr.Or _, CheckedExpr.Not _, CheckedExpr.Shared _ -> false;
        };
    }

    private boolean determines(ValueSource source) {
        return switch (source) {
            case ValueSource.FieldValue field ->
                values.containsKey(field.ref().field())
                                && !field.ref().multiple()
                                && !field.ref().hasArgument()
                        || absent.test(field.ref());
            case ValueSource.ConstantText _ -> true;
            case ValueSource.Items items -> items.items().stream().allMatch(this::determines);
            case ValueSource.TextMapped mapped -> determines(mapped.argument());
            case ValueSource.Length length -> determines(length.argument());
            case ValueSource.Joined joined -> determines(joined.separator()) && determines(joined.parts());
            case ValueSource.Options options -> determines(options.arguments());
        };
    }

    private Object value(FieldRef ref) {
        return values.getOrDefault(ref.field(), ABSENT);
    }

    @Override
    public int type() {
        return 0;
    }

    @Override
    public long timeNanos() {
        return 0;
    }

    @Override
    public boolean has(FieldRef field) {
        return value(field) != ABSENT;
    }

    @Override
    public @Nullable String text(FieldRef field) {
        return value(field) instanceof String text ? text : null;
    }

    @Override
    public long number(FieldRef field) {
        return value(field) instanceof Long number ? number : 0;
    }

    @Override
    public @Nullable InetAddress address(FieldRef field) {
        return null;
    }

    @Override
    public byte @Nullable [] bytes(FieldRef field) {
        return null;
    }

    @Override
    public @Nullable List<?> list(FieldRef field) {
        return null;
    }
}
