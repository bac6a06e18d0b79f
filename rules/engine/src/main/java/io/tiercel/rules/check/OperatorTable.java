package io.tiercel.rules.check;

import io.tiercel.rules.condition.Modifier;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.FieldType;
import org.jspecify.annotations.Nullable;

/** The types to which each operator applies. */
final class OperatorTable {
    private OperatorTable() {}

    /** Returns an error message if the operator does not apply to the source; otherwise null. */
    static @Nullable String problem(Operator operator, @Nullable Modifier modifier, ValueSource source) {
        if (source instanceof ValueSource.ConstantText) {
            return "a constant is not allowed on the left side";
        }
        FieldType type = source.type();
        if (!allowed(operator, type, source.list())) {
            return "'" + operator.text() + "' does not apply to a " + (source.list() ? "list of " : "") + type
                    + " value; use one of " + alternatives(type, source.list());
        }
        boolean equality = operator == Operator.EQUAL || operator == Operator.NOT_EQUAL;
        boolean text = OperandChecker.isText(type) || type == FieldType.BYTES;
        if (modifier != null && !text && !equality) {
            return modifier.text() + " requires = or != on a " + type + " value";
        }
        return null;
    }

    private static boolean allowed(Operator operator, FieldType type, boolean list) {
        boolean text = OperandChecker.isText(type);
        boolean bytes = type == FieldType.BYTES;
        return switch (operator) {
            case EXISTS, IN, INTERSECTS -> true;
            case EQUAL, NOT_EQUAL -> !list;
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> !list && (text || ordered(type));
            case CONTAINS, STARTSWITH, ENDSWITH -> !list && (text || bytes);
            case ICONTAINS, GLOB, IGLOB, REGEX, PMATCH -> !list && text;
            case BCONTAINS, BSTARTSWITH -> !list && bytes;
        };
    }

    private static boolean ordered(FieldType type) {
        return switch (type) {
            case INT64, UINT64, UINT32, PORT, TIME, DOUBLE -> true;
            case TEXT, PATH, BYTES, BOOLEAN, ADDRESS, NETWORK -> false;
        };
    }

    private static String alternatives(FieldType type, boolean list) {
        StringBuilder names = new StringBuilder();
        for (Operator operator : Operator.values()) {
            if (allowed(operator, type, list)) {
                names.append(names.isEmpty() ? "" : ", ").append(operator.text());
            }
        }
        return names.toString();
    }
}
