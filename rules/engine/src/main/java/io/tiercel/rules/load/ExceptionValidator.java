package io.tiercel.rules.load;

import io.tiercel.rules.load.ExceptionEntry.YamlValue;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Validates the fields and comparison operators of exceptions, and sets the default operators. */
final class ExceptionValidator {
    private static final Set<String> LIST_OPERATORS = Set.of("in", "intersects", "pmatch");
    private static final Set<String> MODIFIABLE = Set.of(
            "=",
            "==",
            "!=",
            "glob",
            "iglob",
            "contains",
            "icontains",
            "bcontains",
            "startswith",
            "bstartswith",
            "endswith",
            "regex");
    private static final Set<String> PLAIN = Set.of("<", "<=", ">", ">=", "exists");
    private static final Set<String> MODIFIERS = Set.of("oneof", "anyof", "allof");

    private final Predicate<String> isField;

    /** @param isField returns whether a text is a known field, with its argument and transformers */
    ExceptionValidator(Predicate<String> isField) {
        this.isField = isField;
    }

    /** Returns whether the operator requires a list in parentheses. */
    static boolean takesList(String operator) {
        return LIST_OPERATORS.contains(operator) || hasModifier(operator);
    }

    /** Returns the entry with operators set. Fields are not checked if the engine does not support the event source. */
    ExceptionEntry check(ExceptionEntry entry, boolean knownSource) throws RuleLoadException {
        return switch (entry.fields()) {
            case null ->
                throw entry.position()
                        .invalidDefinition(
                                "the exception has no fields",
                                "add \"fields: [proc.name, ...]\" or \"fields: proc.name\"");
            case YamlValue.Scalar(String field) -> {
                YamlValue comps = entry.comps() == null ? new YamlValue.Scalar("in") : entry.comps();
                if (!(comps instanceof YamlValue.Scalar(String operator))) {
                    throw entry.position()
                            .invalidDefinition(
                                    "fields is a single field, but comps is a sequence",
                                    "write both as sequences, or comps as one operator");
                }
                if (!takesList(operator)) {
                    throw entry.position()
                            .invalidDefinition(
                                    "'" + operator + "' cannot compare a single field with a list of values",
                                    "use in, pmatch, intersects or an operator with a modifier, such as \"startswith anyof\","
                                            + " or write fields, comps and values as sequences");
                }
                field(entry, field, knownSource);
                yield entry.withComps(comps);
            }
            case YamlValue.Sequence(List<YamlValue> fields) -> {
                YamlValue comps = entry.comps() == null
                        ? new YamlValue.Sequence(Collections.nCopies(fields.size(), new YamlValue.Scalar("=")))
                        : entry.comps();
                if (!(comps instanceof YamlValue.Sequence(List<YamlValue> operators))
                        || operators.size() != fields.size()) {
                    throw entry.position()
                            .invalidDefinition(
                                    "the number of comps must match the number of fields, which is " + fields.size(),
                                    "write one operator for each field: comps: [=, in, ...]");
                }
                for (YamlValue operator : operators) {
                    operator(entry, operator);
                }
                for (YamlValue field : fields) {
                    field(entry, field instanceof YamlValue.Scalar(String text) ? text : "", knownSource);
                }
                yield entry.withComps(comps);
            }
        };
    }

    /** Appends an entry: adds its values to the entry with the same name, or adds the whole entry if there is none. */
    void append(List<ExceptionEntry> exceptions, ExceptionEntry entry, boolean knownSource) throws RuleLoadException {
        int same = indexOf(exceptions, entry.name());
        if (same >= 0) {
            if (entry.fields() != null || entry.comps() != null) {
                throw entry.position()
                        .invalidDefinition(
                                "the exception '" + entry.name()
                                        + "' already exists; only values can be appended to it",
                                "remove fields and comps, or choose another name");
            }
            exceptions.set(same, exceptions.get(same).with(entry.values()));
            return;
        }
        if (entry.fields() != null && entry.values().isEmpty()) {
            throw entry.position()
                    .invalidDefinition(
                            "the new exception '" + entry.name() + "' has no values", "add \"values: [...]\" to it");
        }
        exceptions.add(check(entry, knownSource));
    }

    private static int indexOf(List<ExceptionEntry> exceptions, String name) {
        for (int i = 0; i < exceptions.size(); i++) {
            if (exceptions.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private void field(ExceptionEntry entry, String field, boolean knownSource) throws RuleLoadException {
        if (knownSource && !isField.test(field)) {
            throw entry.position()
                    .invalidDefinition("unknown field '" + field + "'", "'./tiercel fields' lists all fields");
        }
    }

    private static void operator(ExceptionEntry entry, @Nullable YamlValue operator) throws RuleLoadException {
        String text = operator instanceof YamlValue.Scalar(String one) ? one : "";
        if (!LIST_OPERATORS.contains(text)
                && !MODIFIABLE.contains(text)
                && !PLAIN.contains(text)
                && !hasModifier(text)) {
            throw entry.position()
                    .invalidDefinition(
                            "unknown comparison operator '" + text + "'",
                            "use =, !=, <, <=, >, >=, in, intersects, pmatch, contains, icontains, startswith, endswith,"
                                    + " glob, iglob, regex, bcontains or bstartswith");
        }
    }

    private static boolean hasModifier(String operator) {
        int space = operator.indexOf(' ');
        return space > 0
                && MODIFIABLE.contains(operator.substring(0, space))
                && MODIFIERS.contains(operator.substring(space + 1));
    }
}
