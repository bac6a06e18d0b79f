package io.tiercel.rules.load;

import io.tiercel.rules.load.ExceptionEntry.Operand;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Checks that an exception's fields and comparisons fit each other, and fills in the default comparisons. */
final class ExceptionValidator {
    private static final Set<String> LIST_OPERATORS = Set.of("in", "intersects", "pmatch");
    private static final Set<String> MODIFIED = Set.of(
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

    /** @param isField whether a text is a known field, with argument and transformers */
    ExceptionValidator(Predicate<String> isField) {
        this.isField = isField;
    }

    /** Whether the operator takes a parenthesised list. */
    static boolean takesList(String operator) {
        return LIST_OPERATORS.contains(operator) || modified(operator);
    }

    /** The entry with its comparisons filled in. Fields are not looked up for a source the engine does not have. */
    ExceptionEntry check(ExceptionEntry entry, boolean knownSource) throws RuleLoadException {
        return switch (entry.fields()) {
            case null ->
                throw entry.spot()
                        .unfit(
                                "the exception has no fields",
                                "add \"fields: [proc.name, ...]\" or \"fields: proc.name\"");
            case Operand.One(String field) -> {
                Operand comps = entry.comps() == null ? new Operand.One("in") : entry.comps();
                if (!(comps instanceof Operand.One(String operator))) {
                    throw entry.spot()
                            .unfit(
                                    "fields is a single field, but comps is a sequence",
                                    "write both as sequences, or comps as one operator");
                }
                if (!takesList(operator)) {
                    throw entry.spot()
                            .unfit(
                                    "'" + operator + "' cannot compare a single field with all values",
                                    "use in, pmatch, intersects or a modified operator such as \"startswith anyof\","
                                            + " or write fields, comps and values as sequences");
                }
                field(entry, field, knownSource);
                yield entry.withComps(comps);
            }
            case Operand.Many(List<Operand> fields) -> {
                Operand comps = entry.comps() == null
                        ? new Operand.Many(Collections.nCopies(fields.size(), new Operand.One("=")))
                        : entry.comps();
                if (!(comps instanceof Operand.Many(List<Operand> operators)) || operators.size() != fields.size()) {
                    throw entry.spot()
                            .unfit(
                                    "there are " + fields.size() + " fields, but not as many comps",
                                    "write one comparison for each field: comps: [=, in, ...]");
                }
                for (Operand operator : operators) {
                    operator(entry, operator);
                }
                for (Operand field : fields) {
                    field(entry, field instanceof Operand.One(String text) ? text : "", knownSource);
                }
                yield entry.withComps(comps);
            }
        };
    }

    /** Adds an appended entry to a rule's exceptions: its values to the entry of the same name, else the whole entry. */
    void append(List<ExceptionEntry> exceptions, ExceptionEntry entry, boolean knownSource) throws RuleLoadException {
        int same = indexOf(exceptions, entry.name());
        if (same >= 0) {
            if (entry.fields() != null || entry.comps() != null) {
                throw entry.spot()
                        .unfit(
                                "the exception '" + entry.name() + "' exists, only values can be appended to it",
                                "leave out fields and comps, or choose another name");
            }
            exceptions.set(same, exceptions.get(same).with(entry.values()));
            return;
        }
        if (entry.fields() != null && entry.values().isEmpty()) {
            throw entry.spot()
                    .unfit("the new exception '" + entry.name() + "' has no values", "add \"values: [...]\" to it");
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
            throw entry.spot().unfit("'" + field + "' is no field", "use a field that './tiercel fields' lists");
        }
    }

    private static void operator(ExceptionEntry entry, @Nullable Operand operator) throws RuleLoadException {
        String text = operator instanceof Operand.One(String one) ? one : "";
        if (!LIST_OPERATORS.contains(text) && !MODIFIED.contains(text) && !PLAIN.contains(text) && !modified(text)) {
            throw entry.spot()
                    .unfit(
                            "'" + text + "' is no comparison operator",
                            "use =, !=, <, <=, >, >=, in, intersects, pmatch, contains, icontains, startswith, endswith,"
                                    + " glob, iglob, regex, bcontains or bstartswith");
        }
    }

    private static boolean modified(String operator) {
        int blank = operator.indexOf(' ');
        return blank > 0
                && MODIFIED.contains(operator.substring(0, blank))
                && MODIFIERS.contains(operator.substring(blank + 1));
    }
}
