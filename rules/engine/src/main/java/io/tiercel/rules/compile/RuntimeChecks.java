package io.tiercel.rules.compile;

import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ConstantSet;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.eval.Comparisons;
import io.tiercel.rules.eval.Interpreter;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldType;
import io.tiercel.rules.match.PathPrefixes;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Static methods that compiled conditions call. If a value is absent, each comparison is false. */
final class RuntimeChecks {
    private RuntimeChecks() {}

    /** Returns whether {@code evt.type} of the event is the name of its type. */
    static boolean hasTypeName(Event event, FieldRef eventType) {
        return EventTypes.name(event.type()).equals(event.text(eventType));
    }

    static boolean notEqual(@Nullable String value, String constant) {
        return value != null && !value.equals(constant);
    }

    static boolean startsWith(@Nullable String value, String prefix) {
        return value != null && value.startsWith(prefix);
    }

    static boolean endsWith(@Nullable String value, String suffix) {
        return value != null && value.endsWith(suffix);
    }

    static boolean contains(@Nullable String value, String part) {
        return value != null && value.contains(part);
    }

    static boolean text(@Nullable String value, Operator operator, Constant constant) {
        return value != null && Comparisons.text(value, operator, constant);
    }

    static boolean texts(@Nullable String left, Operator operator, @Nullable String right) {
        return left != null && right != null && Comparisons.texts(left, operator, right);
    }

    static boolean listed(@Nullable String value, FilteredStringSet set) {
        return value != null && set.contains(value);
    }

    static boolean prefixed(@Nullable String value, PrefixSet prefixes) {
        return value != null && prefixes.matches(value);
    }

    static boolean containsAny(@Nullable String value, SubstringSet parts) {
        return value != null && parts.matches(value);
    }

    static boolean listed(@Nullable InetAddress value, ConstantSet set) {
        return value != null && set.contains(value);
    }

    static boolean covered(@Nullable String value, PathPrefixes prefixes) {
        return value != null && prefixes.covers(value);
    }

    static boolean inside(@Nullable InetAddress value, Constant constant) {
        return value != null && Comparisons.inside(value, constant);
    }

    static boolean outside(@Nullable InetAddress value, Constant constant) {
        return value != null && !Comparisons.inside(value, constant);
    }

    /** Returns whether any value satisfies the comparison with a constant. */
    static boolean any(@Nullable List<?> values, FieldType type, Operator operator, Constant constant) {
        return values != null && Interpreter.any(type, values, operator, constant);
    }

    /** Returns whether there are values and none equals the constant. */
    static boolean noneEqual(@Nullable List<?> values, FieldType type, Constant constant) {
        return values != null && !values.isEmpty() && !Interpreter.any(type, values, Operator.EQUAL, constant);
    }

    /** Returns whether the set contains any of the values. */
    static boolean anyListed(@Nullable List<?> values, ConstantSet set) {
        return values != null && Interpreter.listed(values, set, true);
    }

    /** Returns whether the set contains any element of a list, or all elements. */
    static boolean elementsListed(@Nullable List<?> values, ConstantSet set, boolean any) {
        return values != null && !set.constants().isEmpty() && Interpreter.listed(values, set, any);
    }

    static boolean anyCovered(@Nullable List<?> values, PathPrefixes prefixes) {
        if (values != null) {
            for (int i = 0; i < values.size(); i++) {
                if (prefixes.covers(String.valueOf(values.get(i)))) {
                    return true;
                }
            }
        }
        return false;
    }
}
