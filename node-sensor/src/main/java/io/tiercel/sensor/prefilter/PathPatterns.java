package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.Source;
import io.tiercel.rules.condition.Modifier;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.match.Glob;
import io.tiercel.rules.match.PathPrefixes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What checks of a file's name ask of its beginning and of its end: one of some patterns. */
final class PathPatterns {
    /** Part of a path that leads upwards. */
    private static final String CLIMB = "../";

    private PathPatterns() {}

    /** Patterns that a name's beginning must fit for the check to hold; null if it asks for nothing that is one. */
    static @Nullable List<NamePattern> beginnings(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Prefixed(Source source, PathPrefixes prefixes)
            when is(source, Field.FD_NAME) -> covered(prefixes);
            default -> patterns(check, PathPatterns::beginning);
        };
    }

    /** Patterns that a name's end must fit, back to front; null if the check asks for nothing that is one. */
    static @Nullable List<NamePattern> endings(CheckedExpr check) {
        return patterns(check, PathPatterns::ending);
    }

    /** Whether a check can only hold for a path that a program passed with "../" in it. */
    static boolean climbs(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(Source source, Operator operator, Constant constant) ->
                is(source, Field.FD_NAMERAW) && climbs(operator, constant);
            case CheckedExpr.Quantified(Source source, Operator operator, Modifier _, List<Constant> constants) ->
                is(source, Field.FD_NAMERAW)
                        && !constants.isEmpty()
                        && constants.stream().allMatch(constant -> climbs(operator, constant));
            default -> false;
        };
    }

    private static boolean climbs(Operator operator, Constant constant) {
        return switch (constant) {
            case Constant.Text(String text) ->
                switch (operator) {
                    case EQUAL, CONTAINS, STARTSWITH, ENDSWITH, ICONTAINS -> text.contains(CLIMB);
                    default -> false;
                };
            case Constant.Pattern(Glob glob) -> glob.parts().stream().anyMatch(part -> part.contains(CLIMB));
            default -> false;
        };
    }

    @FunctionalInterface
    private interface One {
        /** Patterns of a check with one constant; null if there are none. */
        @Nullable
        List<NamePattern> of(Field field, Operator operator, Constant constant);
    }

    private static @Nullable List<NamePattern> patterns(CheckedExpr check, One one) {
        return switch (check) {
            case CheckedExpr.Compare(Source source, Operator operator, Constant constant) ->
                patterns(source, operator, List.of(constant), one);
            case CheckedExpr.Member member ->
                patterns(member.source(), Operator.EQUAL, member.set().constants(), one);
            case CheckedExpr.Quantified(
                    Source source,
                    Operator operator,
                    Modifier modifier,
                    List<Constant> constants) ->
                modifier == Modifier.ANYOF ? patterns(source, operator, constants, one) : null;
            default -> null;
        };
    }

    private static @Nullable List<NamePattern> patterns(
            Source source, Operator operator, List<Constant> constants, One one) {
        if (!(source instanceof Source.FieldValue field)) {
            return null;
        }
        List<NamePattern> patterns = new ArrayList<>();
        for (Constant constant : constants) {
            List<NamePattern> some = one.of(field.ref().field(), operator, constant);
            if (some == null) {
                return null;
            }
            patterns.addAll(some);
        }
        return patterns;
    }

    private static @Nullable List<NamePattern> beginning(Field field, Operator operator, Constant constant) {
        return switch (field) {
            case FD_NAME ->
                switch (constant) {
                    case Constant.Text(String text)
                    when operator == Operator.EQUAL -> List.of(new NamePattern(text, true, true));
                    case Constant.Text(String text)
                    when operator == Operator.STARTSWITH -> List.of(new NamePattern(text, false, true));
                    case Constant.Pattern(Glob glob) -> some(glob.beginning());
                    default -> null;
                };
            case FD_DIRECTORY ->
                switch (constant) {
                    case Constant.Text(String text)
                    when operator == Operator.EQUAL ->
                        List.of(
                                new NamePattern(text, true, false),
                                new NamePattern(text.endsWith("/") ? text : text + "/", false, false));
                    case Constant.Text(String text) when operator == Operator.STARTSWITH -> some(text);
                    case Constant.Pattern(Glob glob) -> some(glob.beginning());
                    default -> null;
                };
            default -> null;
        };
    }

    private static @Nullable List<NamePattern> ending(Field field, Operator operator, Constant constant) {
        return switch (field) {
            case FD_NAME ->
                switch (constant) {
                    case Constant.Text(String text)
                    when operator == Operator.ENDSWITH -> List.of(new NamePattern(reversed(text), false, true));
                    case Constant.Pattern(Glob glob) -> some(reversed(glob.end()));
                    default -> null;
                };
            case FD_FILENAME ->
                switch (constant) {
                    case Constant.Text(String text)
                    when operator == Operator.EQUAL && !text.contains("/") -> some(reversed("/" + text));
                    case Constant.Text(String text)
                    when operator == Operator.ENDSWITH && !text.contains("/") -> some(reversed(text));
                    default -> null;
                };
            default -> null;
        };
    }

    /** A name that fits may or may not be what is asked for. */
    private static @Nullable List<NamePattern> some(String text) {
        return text.isEmpty() ? null : List.of(new NamePattern(text, false, false));
    }

    private static @Nullable List<NamePattern> covered(PathPrefixes prefixes) {
        List<NamePattern> patterns = new ArrayList<>();
        for (PathPrefixes.Beginning beginning : prefixes.beginnings()) {
            if (beginning.text().isEmpty()) {
                return null;
            }
            if (beginning.whole()) {
                patterns.add(new NamePattern(beginning.text(), true, true));
                patterns.add(new NamePattern(beginning.text() + "/", false, true));
            } else {
                patterns.add(new NamePattern(beginning.text(), false, false));
            }
        }
        return patterns;
    }

    private static boolean is(Source source, Field field) {
        return source instanceof Source.FieldValue value && value.ref().field() == field;
    }

    private static String reversed(String text) {
        return new StringBuilder(text).reverse().toString();
    }
}
