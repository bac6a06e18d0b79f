package io.tiercel.rules.check;

import io.tiercel.rules.check.ConditionCheckException.Kind;
import io.tiercel.rules.condition.Operand;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.event.ParameterType;
import io.tiercel.rules.field.ArgumentKind;
import io.tiercel.rules.field.FactType;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldType;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Resolves field names and arguments to fields. */
public final class FieldResolver {
    private static final int INDEX_DIGITS = 9;
    private static final String OUTPUT_FIELDS = "output_fields.";
    private static final Map<String, Field> ALERT_FIELDS = Map.of(
            "hostname", Field.ALERT_HOSTNAME,
            "priority", Field.ALERT_PRIORITY,
            "rule", Field.ALERT_RULE,
            "source", Field.ALERT_SOURCE,
            "tags", Field.ALERT_TAGS);

    private final FieldTable table;

    public FieldResolver(FieldTable table) {
        this.table = table;
    }

    /**
     * Resolves a field name and its argument.
     *
     * @throws ConditionCheckException if the field does not exist or the argument is invalid
     */
    public ValueSource.FieldValue resolve(Operand.FieldName written) throws ConditionCheckException {
        return table.alerts() ? resolveAlertField(written) : resolveEventField(written);
    }

    private ValueSource.FieldValue resolveAlertField(Operand.FieldName written) throws ConditionCheckException {
        String name = written.name();
        FactType fact = table.fact(name);
        if (fact != null) {
            return fact(fact, written);
        }
        String field = name.startsWith(OUTPUT_FIELDS) ? name.substring(OUTPUT_FIELDS.length()) : name;
        if (field.equals(name)) {
            Field plain = ALERT_FIELDS.get(name);
            return plain == null ? resolveEventField(written) : bracketed(plain, written);
        }
        try {
            return resolveEventField(new Operand.FieldName(field, written.argument(), written.offset()));
        } catch (ConditionCheckException e) {
            // Output fields of an alert can have names that are not event fields.
            String argument = written.argument();
            return value(Field.ALERT_OUTPUT_FIELDS, -1, argument == null ? field : field + "[" + argument + "]");
        }
    }

    private ValueSource.FieldValue fact(FactType type, Operand.FieldName written) throws ConditionCheckException {
        String argument = written.argument();
        if (type == FactType.KEYED_TEXT && argument == null) {
            throw unknown(written, written.name() + " requires an argument: " + written.name() + "[...]");
        }
        if (type != FactType.KEYED_TEXT && argument != null) {
            throw unknown(written, written.name() + " does not accept an argument");
        }
        return value(type.field(), -1, written.text());
    }

    private ValueSource.FieldValue resolveEventField(Operand.FieldName written) throws ConditionCheckException {
        Field exact = Field.byName(written.name());
        if (exact != null && !exact.argument().appended()) {
            return bracketed(exact, written);
        }
        if (exact != null
                && (exact.argument() == ArgumentKind.NAME || exact.argument() == ArgumentKind.OPTIONAL_NAME)) {
            return indexed(exact, written);
        }
        return appended(written);
    }

    /** Returns the names without a dot that are fields in conditions on alerts. */
    public static Set<String> dotlessAlertFields() {
        return ALERT_FIELDS.keySet();
    }

    /** Returns whether the name and argument refer to an event field. */
    public static boolean isField(String name, @Nullable String argument) {
        try {
            new FieldResolver(new FieldTable()).resolve(new Operand.FieldName(name, argument, 0));
            return true;
        } catch (ConditionCheckException e) {
            return false;
        }
    }

    private ValueSource.FieldValue bracketed(Field field, Operand.FieldName written) throws ConditionCheckException {
        ArgumentKind kind = field.argument();
        String argument = written.argument();
        if (argument == null) {
            if (kind.required()) {
                throw unknown(written, field.fieldName() + " requires an argument: " + field.fieldName() + "[...]");
            }
            return value(field, -1, null);
        }
        int index = index(argument);
        if (kind.takesIndex() && index >= 0) {
            return value(field, index, null);
        }
        if (kind.takesKey()) {
            return value(field, -1, argument);
        }
        throw unknown(
                written,
                kind == ArgumentKind.NONE
                        ? field.fieldName() + " does not accept an argument"
                        : field.fieldName() + " requires a number in brackets");
    }

    private ValueSource.FieldValue indexed(Field field, Operand.FieldName written) throws ConditionCheckException {
        String argument = written.argument();
        if (argument == null && !field.argument().required()) {
            return value(field, -1, null);
        }
        int index = argument == null ? -1 : index(argument);
        if (field.argument().takesIndex() && index >= 0) {
            return value(field, index, null);
        }
        throw unknown(written, field.fieldName() + " requires a name or an index, as in evt.arg.flags or evt.arg[0]");
    }

    private ValueSource.FieldValue appended(Operand.FieldName written) throws ConditionCheckException {
        String name = written.name();
        for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            Field field = Field.byName(name.substring(0, dot));
            if (field != null && field.argument().appended() && written.argument() == null) {
                return named(field, name.substring(dot + 1), written);
            }
        }
        throw unknown(written, "unknown field " + written.text());
    }

    private ValueSource.FieldValue named(Field field, String name, Operand.FieldName written)
            throws ConditionCheckException {
        switch (field) {
            case EVT_ARG, EVT_RAWARG -> {
                if (EventTypes.parameterType(name) == null) {
                    throw new ConditionCheckException(
                            Kind.UNKNOWN_PARAMETER, written.offset(), "no event has a parameter named " + name);
                }
            }
            case EVT_TYPE_IS -> {
                if (EventTypes.code(name) < 0) {
                    throw new ConditionCheckException(
                            Kind.UNKNOWN_EVENT_TYPE, written.offset(), "unknown event type " + name);
                }
            }
            case EVT_ABSPATH -> {
                if (!name.equals("src") && !name.equals("dst")) {
                    throw unknown(written, "unknown field; use evt.abspath, evt.abspath.src or evt.abspath.dst");
                }
            }
            default -> {}
        }
        return value(field, -1, name);
    }

    private ValueSource.FieldValue value(Field field, int index, @Nullable String key) {
        FieldType type = field.type();
        if (field == Field.EVT_RAWARG) {
            ParameterType parameter = EventTypes.parameterType(Objects.requireNonNull(key));
            type = Objects.requireNonNull(parameter).fieldType();
        }
        return new ValueSource.FieldValue(table.intern(field, index, key), type);
    }

    /** Parses an index. Returns -1 if the text is not a number. */
    private static int index(String text) {
        boolean digits =
                !text.isEmpty() && text.length() <= INDEX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Integer.parseInt(text) : -1;
    }

    private static ConditionCheckException unknown(Operand.FieldName written, String message) {
        return new ConditionCheckException(Kind.UNKNOWN_FIELD, written.offset(), message);
    }
}
