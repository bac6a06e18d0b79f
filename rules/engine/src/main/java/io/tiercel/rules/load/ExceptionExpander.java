package io.tiercel.rules.load;

import io.tiercel.rules.load.ExceptionEntry.YamlValue;
import io.tiercel.rules.load.SourceMappedText.Origin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends the exceptions of a rule to its condition: {@code (condition) and not E1 and not E2}.
 *
 * <p>The expansion works on text, as in Falco, because a value can be a list name, {@code val(field)} or already
 * quoted.
 */
final class ExceptionExpander {
    private ExceptionExpander() {}

    static SourceMappedText expand(SourceMappedText condition, List<ExceptionEntry> exceptions, SourcePosition rule)
            throws RuleLoadException {
        if (exceptions.isEmpty()) {
            return condition;
        }
        SourceMappedText.Builder builder = new SourceMappedText.Builder();
        Origin whole = new Origin.Inserted(rule);
        builder.append("(", whole).append(condition).append(")", whole);
        for (ExceptionEntry entry : exceptions) {
            if (!entry.values().isEmpty()) {
                builder.append(" and not " + text(entry), new Origin.Inserted(entry.position()));
            }
        }
        return builder.build();
    }

    private static String text(ExceptionEntry entry) throws RuleLoadException {
        return switch (entry.fields()) {
            case YamlValue.Scalar(String field) -> single(entry, field);
            case YamlValue.Sequence(List<YamlValue> fields) -> tuples(entry, fields);
            case null ->
                throw entry.position().invalidDefinition("the exception has no fields", "add \"fields: [...]\"");
        };
    }

    private static String single(ExceptionEntry entry, String field) throws RuleLoadException {
        StringBuilder text = new StringBuilder("(");
        text.append(field).append(' ').append(word(entry.comps())).append(" (");
        String separator = "";
        for (YamlValue value : entry.values()) {
            if (!(value instanceof YamlValue.Scalar(String one))) {
                throw entry.position()
                        .invalidDefinition(
                                "the exception has a single field, so its values must not be tuples",
                                "write \"values: [a, b]\", or write fields as a sequence");
            }
            text.append(separator).append(quoted(one));
            separator = ", ";
        }
        return text.append("))").toString();
    }

    private static String tuples(ExceptionEntry entry, List<YamlValue> fields) throws RuleLoadException {
        StringBuilder text = new StringBuilder("(");
        String separator = "";
        for (YamlValue value : entry.values()) {
            if (!(value instanceof YamlValue.Sequence(List<YamlValue> tuple)) || tuple.size() != fields.size()) {
                throw entry.position()
                        .invalidDefinition(
                                "each value of the exception must be a tuple of " + fields.size() + " elements",
                                "write values as [[a, b], [c, d]], with one element for each field");
            }
            text.append(separator).append('(');
            for (int i = 0; i < fields.size(); i++) {
                String operator =
                        entry.comps() instanceof YamlValue.Sequence(List<YamlValue> comps) ? word(comps.get(i)) : "=";
                text.append(i == 0 ? "" : " and ")
                        .append(word(fields.get(i)))
                        .append(' ')
                        .append(operator)
                        .append(' ')
                        .append(operand(tuple.get(i), operator));
            }
            text.append(')');
            separator = " or ";
        }
        return text.append(')').toString();
    }

    private static String operand(YamlValue value, String operator) {
        return switch (value) {
            case YamlValue.Scalar(String one)
            when ExceptionValidator.takesList(operator) -> one.startsWith("(") ? one : "(" + one + ")";
            case YamlValue.Scalar(String one) -> quoted(one);
            case YamlValue.Sequence(List<YamlValue> parts) -> {
                StringBuilder list = new StringBuilder("(");
                for (YamlValue part : parts) {
                    list.append(list.length() == 1 ? "" : ", ").append(quoted(word(part)));
                }
                yield list.append(')').toString();
            }
        };
    }

    private static String word(@Nullable YamlValue operand) {
        return operand instanceof YamlValue.Scalar(String text) ? text : "";
    }

    /** Puts a value in double quotes if it contains a space and does not start with a quote. */
    static String quoted(String value) {
        boolean quote = value.indexOf(' ') >= 0 && value.charAt(0) != '"' && value.charAt(0) != '\'';
        return quote ? '"' + value + '"' : value;
    }
}
