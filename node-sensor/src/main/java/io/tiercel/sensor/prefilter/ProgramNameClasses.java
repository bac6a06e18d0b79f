package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.RecordLayout.COMM_UNKNOWN;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Equivalence classes of program names. Names that no check distinguishes share a class. Class 0 holds all names that
 * no check mentions. Names beyond the last class are not filtered.
 */
final class ProgramNameClasses {
    /** Maximum length of a program name in the kernel (TASK_COMM_LEN without the null byte). */
    private static final int COMM_LENGTH = 15;

    /** Maximum number of distinct names. Each one needs an entry in a kernel map. */
    private static final int MAX_NAMES = 4096;

    private final SortedMap<String, Integer> classes = new TreeMap<>();
    private final List<PartialEvent> examples = new ArrayList<>();
    private final boolean tooMany;

    /** Creates classes for the names in these checks. */
    ProgramNameClasses(Set<CheckedExpr> checks) {
        PartialEvent unnamed = event("");
        List<CheckedExpr> nameChecks =
                checks.stream().filter(unnamed::determines).toList();
        Set<String> names = new TreeSet<>();
        nameChecks.forEach(check -> CheckConstants.texts(check, Field.PROC_NAME).stream()
                .filter(name -> !name.isEmpty() && name.length() <= COMM_LENGTH)
                .forEach(names::add));
        tooMany = names.size() > MAX_NAMES;
        Map<List<Tristate>, Integer> byTruths = new HashMap<>();
        examples.add(unnamed);
        for (String name : tooMany ? Set.<String>of() : names) {
            PartialEvent named = event(name);
            List<Tristate> results = nameChecks.stream().map(named::evaluate).toList();
            int next = examples.size();
            int number = next < COMM_UNKNOWN || byTruths.containsKey(results)
                    ? byTruths.computeIfAbsent(results, t -> next)
                    : COMM_UNKNOWN;
            if (number == next && next < COMM_UNKNOWN) {
                examples.add(named);
            }
            classes.put(name, number);
        }
    }

    /** Returns the class of each name that has one. */
    SortedMap<String, Integer> classes() {
        return classes;
    }

    int count() {
        return examples.size();
    }

    /** Evaluates a check for all names of a class. */
    Tristate evaluate(int nameClass, CheckedExpr check) {
        if (tooMany) {
            return Tristate.UNKNOWN;
        }
        return nameClass == 0 ? evaluateUnnamed(check) : examples.get(nameClass).evaluate(check);
    }

    /** Evaluates a check for a name that no check mentions. */
    private static Tristate evaluateUnnamed(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(ValueSource source, Operator operator, Constant _)
            when isProgramName(source) ->
                operator == Operator.EQUAL
                        ? Tristate.FALSE
                        : operator == Operator.NOT_EQUAL ? Tristate.TRUE : Tristate.UNKNOWN;
            case CheckedExpr.Member member when isProgramName(member.source()) -> Tristate.FALSE;
            case CheckedExpr.Quantified quantified
            when isProgramName(quantified.source()) ->
                quantified.operator() == Operator.EQUAL ? Tristate.FALSE : Tristate.UNKNOWN;
            case CheckedExpr.Exists exists when isProgramName(exists.source()) -> Tristate.TRUE;
            default -> Tristate.UNKNOWN;
        };
    }

    private static boolean isProgramName(ValueSource source) {
        return source instanceof ValueSource.FieldValue field && field.ref().field() == Field.PROC_NAME;
    }

    private static PartialEvent event(String name) {
        return PartialEvent.of(Map.of(Field.PROC_NAME, name));
    }
}
