package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Source;
import io.tiercel.rules.eval.Interpreter;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event of which a few fields are known, and that they may have no value. What follows for a check is left to the
 * interpreter, so that it cannot be another answer than that of the rules.
 */
final class PartialEvent implements Event {
    /** Stands for no value. */
    static final Object ABSENT = new Object();

    private final Map<Field, Object> values;

    private PartialEvent(Map<Field, Object> values) {
        this.values = values;
    }

    /** Fields with a {@link String}, a {@link Long} or {@link #ABSENT} each. */
    static PartialEvent of(Map<Field, Object> values) {
        return new PartialEvent(values.isEmpty() ? new EnumMap<>(Field.class) : new EnumMap<>(values));
    }

    /** Whether a check holds: {@link Tristate#MAYBE} if it looks at anything that is not known. */
    Tristate of(CheckedExpr check) {
        return knows(check) ? Tristate.of(Interpreter.holds(check, this)) : Tristate.MAYBE;
    }

    /** Whether all that a check looks at is known. */
    boolean knows(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Exists exists -> knows(exists.source());
            case CheckedExpr.Compare compare -> knows(compare.source());
            case CheckedExpr.Quantified quantified -> knows(quantified.source());
            case CheckedExpr.Member member -> knows(member.source());
            case CheckedExpr.Prefixed prefixed -> knows(prefixed.source());
            case CheckedExpr.CompareSources compare -> knows(compare.source()) && knows(compare.other());
            case CheckedExpr.And _, CheckedExpr.Or _, CheckedExpr.Not _, CheckedExpr.Shared _ -> false;
        };
    }

    private boolean knows(Source source) {
        return switch (source) {
            case Source.FieldValue field ->
                values.containsKey(field.ref().field())
                        && !field.ref().multiple()
                        && !field.ref().hasArgument();
            case Source.Constant _ -> true;
            case Source.Items items -> items.items().stream().allMatch(this::knows);
            case Source.TextMapped mapped -> knows(mapped.argument());
            case Source.Length length -> knows(length.argument());
            case Source.Joined joined -> knows(joined.separator()) && knows(joined.parts());
            case Source.Options options -> knows(options.arguments());
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
