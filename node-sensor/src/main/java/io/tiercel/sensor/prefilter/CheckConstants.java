package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.FieldCollector;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.field.Field;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Extracts the fields and the constants of a check. */
final class CheckConstants {
    private CheckConstants() {}

    /** Returns the source of the value that a check tests. */
    static ValueSource source(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Exists exists -> exists.source();
            case CheckedExpr.Compare compare -> compare.source();
            case CheckedExpr.Quantified quantified -> quantified.source();
            case CheckedExpr.Member member -> member.source();
            case CheckedExpr.PathMatch prefixed -> prefixed.source();
            case CheckedExpr.CompareSources compare -> compare.source();
            case CheckedExpr.And _, CheckedExpr.Or _, CheckedExpr.Not _, CheckedExpr.Shared _ ->
                throw new IllegalArgumentException("not a check: " + check);
        };
    }

    /** Returns the fields that a check reads. */
    static Set<Field> fields(CheckedExpr check) {
        Set<Field> fields = EnumSet.noneOf(Field.class);
        FieldCollector.collect(check, fields);
        return fields;
    }

    static List<String> texts(CheckedExpr check, Field field) {
        return constants(check, field).stream()
                .filter(Constant.Text.class::isInstance)
                .map(constant -> ((Constant.Text) constant).text())
                .toList();
    }

    static List<Long> numbers(CheckedExpr check, Field field) {
        return constants(check, field).stream()
                .filter(Constant.Numeric.class::isInstance)
                .map(constant -> ((Constant.Numeric) constant).value())
                .toList();
    }

    private static List<Constant> constants(CheckedExpr check, Field field) {
        if (!fields(check).contains(field)) {
            return List.of();
        }
        return switch (check) {
            case CheckedExpr.Compare compare -> List.of(compare.constant());
            case CheckedExpr.Quantified quantified -> quantified.constants();
            case CheckedExpr.Member member -> member.set().constants();
            default -> List.of();
        };
    }
}
