package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.FieldCollector;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.fields.FieldGroup;
import java.util.EnumSet;
import java.util.Set;

/**
 * A field in a condition that the kernel cannot test, and the reason.
 *
 * @param field name of the field
 */
public record NotPushedDown(String field, String reason) implements Comparable<NotPushedDown> {
    private static final Set<Field> NAMES =
            EnumSet.of(Field.FD_NAME, Field.FD_DIRECTORY, Field.FD_FILENAME, Field.FD_NAMERAW);

    /** Explains why the kernel cannot test any part of a check. */
    static NotPushedDown of(CheckedExpr check, EventShape shape) {
        Set<Field> fields = EnumSet.noneOf(Field.class);
        FieldCollector.collect(check, fields);
        Field first = fields.stream().findFirst().orElse(Field.EVT_TYPE);
        String name = CheckConstants.source(check) instanceof ValueSource.FieldValue value
                ? value.ref().text()
                : first.fieldName();
        return new NotPushedDown(name, reason(check, first, shape));
    }

    private static String reason(CheckedExpr check, Field field, EventShape shape) {
        if (check instanceof CheckedExpr.CompareSources) {
            return "it is compared with another field";
        }
        if (!(CheckConstants.source(check) instanceof ValueSource.FieldValue)) {
            return "it is transformed before the comparison";
        }
        if (NAMES.contains(field) && shape.kind().isOpen()) {
            return "for file names, the kernel tests only prefix, suffix and parent traversal (../)";
        }
        if (shape.texts().isAbout(check, 0) || shape.texts().isAbout(check, 1)) {
            return "for paths, the kernel tests only prefix, suffix and substring";
        }
        if (field == Field.PROC_NAME) {
            return "for program names, the kernel tests only equality";
        }
        if (FieldGroup.isContainerField(field)) {
            return "for containers, the kernel tests only whether there is one";
        }
        if (ProcessConditions.tests(check)) {
            return "events that the process state needs are not dropped because of processes";
        }
        if (FieldGroup.isProcessField(field)) {
            return "it can change while the program runs";
        }
        return "the kernel has no table for this field";
    }

    @Override
    public int compareTo(NotPushedDown other) {
        int order = field.compareTo(other.field);
        return order != 0 ? order : reason.compareTo(other.reason);
    }
}
