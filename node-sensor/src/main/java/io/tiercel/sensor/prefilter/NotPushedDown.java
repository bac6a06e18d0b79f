package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.NamedFields;
import io.tiercel.rules.check.Source;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.state.FieldGroup;
import java.util.EnumSet;
import java.util.Set;

/**
 * A field of which the kernel cannot look at what a rule asks, and why.
 *
 * @param field its name
 */
public record NotPushedDown(String field, String reason) implements Comparable<NotPushedDown> {
    private static final Set<Field> NAMES =
            EnumSet.of(Field.FD_NAME, Field.FD_DIRECTORY, Field.FD_FILENAME, Field.FD_NAMERAW);

    /** Why nothing of a check is looked at. */
    static NotPushedDown of(CheckedExpr check) {
        Set<Field> fields = EnumSet.noneOf(Field.class);
        NamedFields.collect(check, fields);
        Field first = fields.stream().findFirst().orElse(Field.EVT_TYPE);
        String name =
                source(check) instanceof Source.FieldValue value ? value.ref().text() : first.fieldName();
        return new NotPushedDown(name, reason(check, first));
    }

    private static String reason(CheckedExpr check, Field field) {
        if (check instanceof CheckedExpr.CompareSources) {
            return "it is compared with another field";
        }
        if (!(source(check) instanceof Source.FieldValue)) {
            return "it is changed before it is compared";
        }
        if (NAMES.contains(field)) {
            return "of a name the kernel looks at the beginning, the end, and whether it climbs with ../";
        }
        if (field == Field.PROC_NAME) {
            return "of a program's name the kernel looks at the whole";
        }
        if (FieldGroup.ofContainer(field)) {
            return "of a container the kernel knows whether there is one";
        }
        if (FieldGroup.ofProcess(field)) {
            return "of a process the kernel looks at the program's name and the user's id";
        }
        return "the kernel has no table for it";
    }

    private static Source source(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Exists exists -> exists.source();
            case CheckedExpr.Compare compare -> compare.source();
            case CheckedExpr.Quantified quantified -> quantified.source();
            case CheckedExpr.Member member -> member.source();
            case CheckedExpr.Prefixed prefixed -> prefixed.source();
            case CheckedExpr.CompareSources compare -> compare.source();
            case CheckedExpr.And _, CheckedExpr.Or _, CheckedExpr.Not _, CheckedExpr.Shared _ ->
                throw new IllegalArgumentException("not a check: " + check);
        };
    }

    @Override
    public int compareTo(NotPushedDown other) {
        int order = field.compareTo(other.field);
        return order != 0 ? order : reason.compareTo(other.reason);
    }
}
