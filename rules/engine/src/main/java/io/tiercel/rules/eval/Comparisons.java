package io.tiercel.rules.eval;

import io.tiercel.rules.check.Constant;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.field.FieldType;
import io.tiercel.rules.match.AsciiCase;
import io.tiercel.rules.match.Glob;
import java.net.InetAddress;

/** Comparison operators for two present values. */
public final class Comparisons {
    private Comparisons() {}

    /** Compares a text with a constant. */
    public static boolean text(String value, Operator operator, Constant constant) {
        return switch (constant) {
            case Constant.Text(String text) ->
                operator == Operator.ICONTAINS
                        ? AsciiCase.containsIgnoreCase(value, text)
                        : texts(value, operator, text);
            case Constant.GlobPattern(Glob glob) -> glob.matches(value);
            case Constant.Regex regex -> regex.regex().matches(ByteText.toUnicode(value));
            case Constant.Numeric _, Constant.Address _, Constant.Network _ -> false;
        };
    }

    /** Compares two texts of the event. */
    public static boolean texts(String left, Operator operator, String right) {
        return switch (operator) {
            case EQUAL, IN, INTERSECTS -> left.equals(right);
            case NOT_EQUAL -> !left.equals(right);
            case LESS -> left.compareTo(right) < 0;
            case LESS_OR_EQUAL -> left.compareTo(right) <= 0;
            case GREATER -> left.compareTo(right) > 0;
            case GREATER_OR_EQUAL -> left.compareTo(right) >= 0;
            case CONTAINS, BCONTAINS -> left.contains(right);
            case STARTSWITH, BSTARTSWITH -> left.startsWith(right);
            case ENDSWITH -> left.endsWith(right);
            case ICONTAINS -> AsciiCase.containsIgnoreCase(left, AsciiCase.lower(right));
            case GLOB -> Glob.of(right, false).matches(left);
            case IGLOB -> Glob.of(right, true).matches(left);
            case EXISTS, REGEX, PMATCH -> false;
        };
    }

    /** Compares two numbers of a type. */
    public static boolean numbers(FieldType type, long left, Operator operator, long right) {
        int order = type == FieldType.INT64 ? Long.compare(left, right) : Long.compareUnsigned(left, right);
        return switch (operator) {
            case EQUAL, IN, INTERSECTS -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            default -> false;
        };
    }

    /** Returns whether an address equals the constant address or is in the constant network. */
    public static boolean inside(InetAddress address, Constant constant) {
        return switch (constant) {
            case Constant.Address(InetAddress other) -> address.equals(other);
            case Constant.Network network -> network.network().contains(address);
            default -> false;
        };
    }
}
