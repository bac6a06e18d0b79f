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

/** Looks up fields with their arguments. */
public final class FieldResolver {
    private static final int INDEX_DIGITS = 9;
    private static final String OUTPUT_FIELDS = "output_fields.";
    private static final Map<String, Field> OF_ALERTS = Map.of(
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
     * The field of that name and argument.
     *
     * @throws ConditionCheckException if there is none
     */
    public ValueSource.FieldValue resolve(Operand.FieldName written) throws ConditionCheckException {
        return table.alerts() ? ofAlert(written) : ofEvent(written);
    }

    private ValueSource.FieldValue ofAlert(Operand.FieldName written) throws ConditionCheckException {
        String name = written.name();
        FactType fact = table.fact(name);
        if (fact != null) {
            return fact(fact, written);
        }
        String field = name.startsWith(OUTPUT_FIELDS) ? name.substring(OUTPUT_FIELDS.length()) : name;
        if (field.equals(name)) {
            Field plain = OF_ALERTS.get(name);
            return plain == null ? ofEvent(written) : bracketed(plain, written);
        }
        try {
            return ofEvent(new Operand.FieldName(field, written.argument(), written.offset()));
        } catch (ConditionCheckException e) {
            // Outputs may have fields of any name besides those of events.
            String argument = written.argument();
            return value(Field.ALERT_OUTPUT_FIELDS, -1, argument == null ? field : field + "[" + argument + "]");
        }
    }

    private ValueSource.FieldValue fact(FactType type, Operand.FieldName written) throws ConditionCheckException {
        String argument = written.argument();
        if (type == FactType.KEYED_TEXT && argument == null) {
            throw unknown(written, written.name() + " needs an argument: " + written.name() + "[...]");
        }
        if (type != FactType.KEYED_TEXT && argument != null) {
            throw unknown(written, written.name() + " takes no argument");
        }
        return value(type.field(), -1, written.text());
    }

    private ValueSource.FieldValue ofEvent(Operand.FieldName written) throws ConditionCheckException {
        Field exact = Field.named(written.name());
        if (exact != null && !exact.argument().appended()) {
            return bracketed(exact, written);
        }
        if (exact != null
                && (exact.argument() == ArgumentKind.NAME || exact.argument() == ArgumentKind.OPTIONAL_NAME)) {
            return withoutName(exact, written);
        }
        return appended(written);
    }

    /** The words without a dot that are fields in conditions over alerts. */
    public static Set<String> plainFieldsOfAlerts() {
        return OF_ALERTS.keySet();
    }

    /** Whether the text, as a whole, names a field. */
    public static boolean names(String name, @Nullable String argument) {
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
                throw unknown(written, field.fieldName() + " needs an argument: " + field.fieldName() + "[...]");
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
                        ? field.fieldName() + " takes no argument"
                        : field.fieldName() + " takes a number between its brackets");
    }

    private ValueSource.FieldValue withoutName(Field field, Operand.FieldName written) throws ConditionCheckException {
        String argument = written.argument();
        if (argument == null && !field.argument().required()) {
            return value(field, -1, null);
        }
        int index = argument == null ? -1 : index(argument);
        if (field.argument().takesIndex() && index >= 0) {
            return value(field, index, null);
        }
        throw unknown(written, "write " + field.fieldName() + ".NAME, such as evt.arg.flags, or evt.arg[0]");
    }

    private ValueSource.FieldValue appended(Operand.FieldName written) throws ConditionCheckException {
        String name = written.name();
        for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            Field field = Field.named(name.substring(0, dot));
            if (field != null && field.argument().appended() && written.argument() == null) {
                return named(field, name.substring(dot + 1), written);
            }
        }
        throw unknown(written, "there is no field " + written.text());
    }

    private ValueSource.FieldValue named(Field field, String name, Operand.FieldName written)
            throws ConditionCheckException {
        switch (field) {
            case EVT_ARG, EVT_RAWARG -> {
                if (EventTypes.parameterType(name) == null) {
                    throw new ConditionCheckException(
                            Kind.UNKNOWN_PARAMETER, written.offset(), "no event has a parameter " + name);
                }
            }
            case EVT_TYPE_IS -> {
                if (EventTypes.code(name) < 0) {
                    throw new ConditionCheckException(
                            Kind.UNKNOWN_EVENT_TYPE, written.offset(), "there is no event type " + name);
                }
            }
            case EVT_ABSPATH -> {
                if (!name.equals("src") && !name.equals("dst")) {
                    throw unknown(written, "write evt.abspath, evt.abspath.src or evt.abspath.dst");
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

    /** The number that the text writes; -1 if it is none. */
    private static int index(String text) {
        boolean digits =
                !text.isEmpty() && text.length() <= INDEX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Integer.parseInt(text) : -1;
    }

    private static ConditionCheckException unknown(Operand.FieldName written, String message) {
        return new ConditionCheckException(Kind.UNKNOWN_FIELD, written.offset(), message);
    }
}
