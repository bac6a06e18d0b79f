package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Modifier;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.match.Glob;
import io.tiercel.rules.match.PathPrefixes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Extracts the prefixes, suffixes and substrings that a check of a path or string requires. */
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
            when source instanceof ValueSource.FieldValue field ->
                switch (form(field.ref())) {
                    case COMPARED -> patternsOf(prefixes);
                    case COMPARED_UNLESS_FAILED -> inexact(patternsOf(prefixes));
                    case AS_PASSED, OTHER -> null;
                };
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

    /** Returns substrings, one of which the text must contain. Returns null if the check requires none. */
    static @Nullable List<String> substrings(CheckedExpr check) {
        List<NamePattern> patterns = patterns(check, PathPatterns::substringPatterns);
        return patterns == null
                ? null
                : patterns.stream().map(NamePattern::text).toList();
    }

    /** Returns true if a check is about the name of an opened file. */
    static boolean isAboutFd(CheckedExpr check) {
        return isField(CheckConstants.source(check), Field.FD_NAME)
                || isField(CheckConstants.source(check), Field.FD_DIRECTORY)
                || isField(CheckConstants.source(check), Field.FD_FILENAME);
    }

    /** How the value of a field is related to the text that the kernel compares. */
    private enum Form {
        /** It is the text. */
        COMPARED,
        /** The same, but the field is absent if the call failed. */
        COMPARED_UNLESS_FAILED,
        /** It is the end of the text: a path that is not joined to its base directory. The field can be absent. */
        AS_PASSED,
        OTHER
    }

    /** Returns the form of a field of an event type for which {@link TextArguments} has the field, and of {@code fd.name}. */
    private static Form form(FieldRef field) {
        return switch (field.field()) {
            case FD_NAME -> Form.COMPARED;
            case EVT_ARG -> TextArguments.isParameter(field.key()) ? Form.COMPARED : Form.OTHER;
            case FS_PATH_NAME, FS_PATH_SOURCE, FS_PATH_TARGET -> Form.COMPARED_UNLESS_FAILED;
            case FS_PATH_NAMERAW, FS_PATH_SOURCERAW, FS_PATH_TARGETRAW -> Form.AS_PASSED;
            default -> Form.OTHER;
        };
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
        List<NamePattern> extract(FieldRef field, Operator operator, Constant constant);
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
            List<NamePattern> extracted = extractor.extract(field.ref(), operator, constant);
            if (extracted == null) {
                return null;
            }
            patterns.addAll(extracted);
        }
        return patterns;
    }

    private static @Nullable List<NamePattern> prefixPatterns(FieldRef field, Operator operator, Constant constant) {
        if (field.field() == Field.FD_DIRECTORY) {
            return directoryPatterns(operator, constant);
        }
        return switch (form(field)) {
            case COMPARED -> textPrefixes(operator, constant);
            case COMPARED_UNLESS_FAILED -> inexact(textPrefixes(operator, constant));
            case AS_PASSED -> startsAtRoot(constant) ? inexact(textPrefixes(operator, constant)) : null;
            case OTHER -> null;
        };
    }

    private static @Nullable List<NamePattern> textPrefixes(Operator operator, Constant constant) {
        return switch (constant) {
            case Constant.Text(String text)
            when operator == Operator.EQUAL -> List.of(new NamePattern(text, true, true));
            case Constant.Text(String text)
            when operator == Operator.STARTSWITH -> List.of(new NamePattern(text, false, true));
            case Constant.GlobPattern(Glob glob) -> inexactPattern(glob.literalPrefix());
            default -> null;
        };
    }

    private static @Nullable List<NamePattern> directoryPatterns(Operator operator, Constant constant) {
        return switch (constant) {
            case Constant.Text(String text)
            when operator == Operator.EQUAL ->
                List.of(
                        new NamePattern(text, true, false),
                        new NamePattern(text.endsWith("/") ? text : text + "/", false, false));
            case Constant.Text(String text) when operator == Operator.STARTSWITH -> inexactPattern(text);
            case Constant.GlobPattern(Glob glob) -> inexactPattern(glob.literalPrefix());
            default -> null;
        };
    }

    /** Returns true if only an absolute path can start with the constant, so that it has no base directory. */
    private static boolean startsAtRoot(Constant constant) {
        return switch (constant) {
            case Constant.Text(String text) -> text.startsWith("/");
            case Constant.GlobPattern(Glob glob) -> glob.literalPrefix().startsWith("/");
            default -> false;
        };
    }

    private static @Nullable List<NamePattern> suffixPatterns(FieldRef field, Operator operator, Constant constant) {
        if (field.field() == Field.FD_FILENAME) {
            return switch (constant) {
                case Constant.Text(String text)
                when operator == Operator.EQUAL && !text.contains("/") -> inexactPattern(reversed("/" + text));
                case Constant.Text(String text)
                when operator == Operator.ENDSWITH && !text.contains("/") -> inexactPattern(reversed(text));
                default -> null;
            };
        }
        Form form = form(field);
        return switch (constant) {
            case Constant.Text(String text)
            when operator == Operator.ENDSWITH && form == Form.COMPARED ->
                List.of(new NamePattern(reversed(text), false, true));
            case Constant.Text(String text)
            when operator == Operator.ENDSWITH && form != Form.OTHER -> inexactPattern(reversed(text));
            case Constant.Text(String text)
            when operator == Operator.EQUAL && form == Form.AS_PASSED -> inexactPattern(reversed(text));
            case Constant.GlobPattern(Glob glob)
            when form != Form.OTHER -> inexactPattern(reversed(glob.literalSuffix()));
            default -> null;
        };
    }

    private static @Nullable List<NamePattern> substringPatterns(FieldRef field, Operator operator, Constant constant) {
        if (form(field) == Form.OTHER) {
            return null;
        }
        return switch (constant) {
            case Constant.Text(String text) when operator == Operator.CONTAINS -> inexactPattern(text);
            case Constant.GlobPattern(Glob glob) ->
                inexactPattern(glob.literalParts().stream()
                        .max(Comparator.comparingInt(String::length))
                        .orElse(""));
            default -> null;
        };
    }

    /** Returns a pattern that is necessary but not sufficient for the check to hold. */
    private static @Nullable List<NamePattern> inexactPattern(String text) {
        return text.isEmpty() ? null : List.of(new NamePattern(text, false, false));
    }

    /** Returns patterns that are necessary but not sufficient for the check to hold. */
    private static @Nullable List<NamePattern> inexact(@Nullable List<NamePattern> patterns) {
        return patterns == null
                ? null
                : patterns.stream()
                        .map(pattern -> new NamePattern(pattern.text(), pattern.whole(), false))
                        .toList();
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
