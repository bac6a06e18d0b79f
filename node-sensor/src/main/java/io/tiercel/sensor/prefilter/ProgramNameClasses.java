package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.COMM_UNKNOWN;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

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

    /** The checks with the most names, if there are too many names: the kernel does not test these checks. */
    private final Set<CheckedExpr> leftOut = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Creates classes for the names in these checks. */
    ProgramNameClasses(Set<CheckedExpr> checks) {
        PartialEvent unnamed = event("");
        Map<CheckedExpr, Set<String>> namesByCheck = new IdentityHashMap<>();
        checks.stream().filter(unnamed::determines).forEach(check -> namesByCheck.put(check, names(check)));
        Set<String> names = new TreeSet<>();
        List<CheckedExpr> nameChecks = new ArrayList<>();
        namesByCheck.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> entry.getValue().size()))
                .forEach(entry -> {
                    Set<String> more = new TreeSet<>(names);
                    more.addAll(entry.getValue());
                    if (more.size() > MAX_NAMES) {
                        leftOut.add(entry.getKey());
                    } else {
                        names.addAll(more);
                        nameChecks.add(entry.getKey());
                    }
                });
        Map<List<Tristate>, Integer> byTruths = new HashMap<>();
        examples.add(unnamed);
        for (String name : names) {
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

    /** Returns the names in a check that a program can have in the kernel. */
    private static Set<String> names(CheckedExpr check) {
        return CheckConstants.texts(check, Field.PROC_NAME).stream()
                .filter(name -> !name.isEmpty() && name.length() <= COMM_LENGTH)
                .collect(Collectors.toSet());
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
        if (leftOut.contains(check)) {
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
