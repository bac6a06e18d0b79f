package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Modifier;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.match.Glob;
import io.tiercel.rules.match.PathPrefixes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Extracts the path prefixes and suffixes that a check of a file name requires. */
final class PathPatterns {
    /** Path component that leads to the parent directory. */
    private static final String PARENT_TRAVERSAL = "../";

    private PathPatterns() {}

    /**
     * Returns patterns, one of which must match the start of the name. Returns null if the check requires no prefix.
     */
    static @Nullable List<NamePattern> prefixes(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.PathMatch(ValueSource source, PathPrefixes prefixes)
            when isField(source, Field.FD_NAME) -> patternsOf(prefixes);
            default -> patterns(check, PathPatterns::prefixPatterns);
        };
    }

    /**
     * Returns reversed patterns, one of which must match the end of the name. Returns null if the check requires no
     * suffix.
     */
    static @Nullable List<NamePattern> suffixes(CheckedExpr check) {
        return patterns(check, PathPatterns::suffixPatterns);
    }

    /** Returns true if the check can only hold for a path argument that contains {@code ../}. */
    static boolean requiresParentTraversal(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(ValueSource source, Operator operator, Constant constant) ->
                isField(source, Field.FD_NAMERAW) && requiresParentTraversal(operator, constant);
            case CheckedExpr.Quantified(ValueSource source, Operator operator, Modifier _, List<Constant> constants) ->
                isField(source, Field.FD_NAMERAW)
                        && !constants.isEmpty()
                        && constants.stream().allMatch(constant -> requiresParentTraversal(operator, constant));
            default -> false;
        };
    }

    private static boolean requiresParentTraversal(Operator operator, Constant constant) {
        return switch (constant) {
            case Constant.Text(String text) ->
                switch (operator) {
                    case EQUAL, CONTAINS, STARTSWITH, ENDSWITH, ICONTAINS -> text.contains(PARENT_TRAVERSAL);
                    default -> false;
                };
            case Constant.GlobPattern(Glob glob) ->
                glob.literalParts().stream().anyMatch(part -> part.contains(PARENT_TRAVERSAL));
            default -> false;
        };
    }

    @FunctionalInterface
    private interface PatternExtractor {
        /** Returns the patterns of a check with one constant, or null if there are none. */
        @Nullable
        List<NamePattern> extract(Field field, Operator operator, Constant constant);
    }

    private static @Nullable List<NamePattern> patterns(CheckedExpr check, PatternExtractor extractor) {
        return switch (check) {
            case CheckedExpr.Compare(ValueSource source, Operator operator, Constant constant) ->
                patterns(source, operator, List.of(constant), extractor);
            case CheckedExpr.Member member ->
                patterns(member.source(), Operator.EQUAL, member.set().constants(), extractor);
            case CheckedExpr.Quantified(
                    ValueSource source,
                    Operator operator,
                    Modifier modifier,
                    List<Constant> constants) ->
                modifier == Modifier.ANYOF ? patterns(source, operator, constants, extractor) : null;
            default -> null;
        };
    }

    private static @Nullable List<NamePattern> patterns(
            ValueSource source, Operator operator, List<Constant> constants, PatternExtractor extractor) {
        if (!(source instanceof ValueSource.FieldValue field)) {
            return null;
        }
        List<NamePattern> patterns = new ArrayList<>();
        for (Constant constant : constants) {
            List<NamePattern> extracted = extractor.extract(field.ref().field(), operator, constant);
            if (extracted == null) {
                return null;
            }
            patterns.addAll(extracted);
        }
        return patterns;
    }

    private static @Nullable List<NamePattern> prefixPatterns(Field field, Operator operator, Constant constant) {
        return switch (field) {
            case FD_NAME ->
                switch (constant) {
                    case Constant.Text(String text)
                    when operator == Operator.EQUAL -> List.of(new NamePattern(text, true, true));
                    case Constant.Text(String text)
                    when operator == Operator.STARTSWITH -> List.of(new NamePattern(text, false, true));
                    case Constant.GlobPattern(Glob glob) -> inexactPattern(glob.literalPrefix());
                    default -> null;
                };
            case FD_DIRECTORY ->
                switch (constant) {
                    case Constant.Text(String text)
                    when operator == Operator.EQUAL ->
                        List.of(
                                new NamePattern(text, true, false),
                                new NamePattern(text.endsWith("/") ? text : text + "/", false, false));
                    case Constant.Text(String text) when operator == Operator.STARTSWITH -> inexactPattern(text);
                    case Constant.GlobPattern(Glob glob) -> inexactPattern(glob.literalPrefix());
                    default -> null;
                };
            default -> null;
        };
    }

    private static @Nullable List<NamePattern> suffixPatterns(Field field, Operator operator, Constant constant) {
        return switch (field) {
            case FD_NAME ->
                switch (constant) {
                    case Constant.Text(String text)
                    when operator == Operator.ENDSWITH -> List.of(new NamePattern(reversed(text), false, true));
                    case Constant.GlobPattern(Glob glob) -> inexactPattern(reversed(glob.literalSuffix()));
                    default -> null;
                };
            case FD_FILENAME ->
                switch (constant) {
                    case Constant.Text(String text)
                    when operator == Operator.EQUAL && !text.contains("/") -> inexactPattern(reversed("/" + text));
                    case Constant.Text(String text)
                    when operator == Operator.ENDSWITH && !text.contains("/") -> inexactPattern(reversed(text));
                    default -> null;
                };
            default -> null;
        };
    }

    /** Returns a pattern that is necessary but not sufficient for the check to hold. */
    private static @Nullable List<NamePattern> inexactPattern(String text) {
        return text.isEmpty() ? null : List.of(new NamePattern(text, false, false));
    }

    private static @Nullable List<NamePattern> patternsOf(PathPrefixes prefixes) {
        List<NamePattern> patterns = new ArrayList<>();
        for (PathPrefixes.LiteralPrefix beginning : prefixes.literalPrefixes()) {
            if (beginning.text().isEmpty()) {
                return null;
            }
            if (beginning.complete()) {
                patterns.add(new NamePattern(beginning.text(), true, true));
                patterns.add(new NamePattern(beginning.text() + "/", false, true));
            } else {
                patterns.add(new NamePattern(beginning.text(), false, false));
            }
        }
        return patterns;
    }

    private static boolean isField(ValueSource source, Field field) {
        return source instanceof ValueSource.FieldValue value && value.ref().field() == field;
    }

    private static String reversed(String text) {
        return new StringBuilder(text).reverse().toString();
    }
}
