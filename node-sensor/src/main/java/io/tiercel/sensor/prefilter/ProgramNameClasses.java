package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.RecordLayout.COMM_UNKNOWN;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.Source;
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
 * Classes of program names: names that no check tells apart are in one. Class 0 are all names that no check names; those
 * beyond the last class are not looked at.
 */
final class ProgramNameClasses {
    /** The kernel cuts a program's name to so many bytes. */
    private static final int COMM_LENGTH = 15;

    /** Most names that are told apart: each takes an entry in the kernel. */
    private static final int MAX_NAMES = 4096;

    private final SortedMap<String, Integer> classes = new TreeMap<>();
    private final List<PartialEvent> examples = new ArrayList<>();
    private final boolean tooMany;

    /** Classes for what these checks name. */
    ProgramNameClasses(Set<CheckedExpr> checks) {
        PartialEvent unnamed = facts("");
        List<CheckedExpr> about = checks.stream().filter(unnamed::knows).toList();
        Set<String> names = new TreeSet<>();
        about.forEach(check -> CheckConstants.texts(check, Field.PROC_NAME).stream()
                .filter(name -> !name.isEmpty() && name.length() <= COMM_LENGTH)
                .forEach(names::add));
        tooMany = names.size() > MAX_NAMES;
        Map<List<Tristate>, Integer> byTruths = new HashMap<>();
        examples.add(unnamed);
        for (String name : tooMany ? Set.<String>of() : names) {
            PartialEvent named = facts(name);
            List<Tristate> truths = about.stream().map(named::of).toList();
            int next = examples.size();
            int number = next < COMM_UNKNOWN || byTruths.containsKey(truths)
                    ? byTruths.computeIfAbsent(truths, t -> next)
                    : COMM_UNKNOWN;
            if (number == next && next < COMM_UNKNOWN) {
                examples.add(named);
            }
            classes.put(name, number);
        }
    }

    /** Class of each name that has one. */
    SortedMap<String, Integer> classes() {
        return classes;
    }

    int count() {
        return examples.size();
    }

    /** Whether a check holds for the names of a class. */
    Tristate of(int nameClass, CheckedExpr check) {
        if (tooMany) {
            return Tristate.MAYBE;
        }
        return nameClass == 0 ? other(check) : examples.get(nameClass).of(check);
    }

    /** Whether it holds for a name that no check names. */
    private static Tristate other(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(Source source, Operator operator, Constant _)
            when plain(source) ->
                operator == Operator.EQUAL
                        ? Tristate.NO
                        : operator == Operator.NOT_EQUAL ? Tristate.YES : Tristate.MAYBE;
            case CheckedExpr.Member member when plain(member.source()) -> Tristate.NO;
            case CheckedExpr.Quantified quantified
            when plain(quantified.source()) -> quantified.operator() == Operator.EQUAL ? Tristate.NO : Tristate.MAYBE;
            case CheckedExpr.Exists exists when plain(exists.source()) -> Tristate.YES;
            default -> Tristate.MAYBE;
        };
    }

    private static boolean plain(Source source) {
        return source instanceof Source.FieldValue field && field.ref().field() == Field.PROC_NAME;
    }

    private static PartialEvent facts(String name) {
        return PartialEvent.of(Map.of(Field.PROC_NAME, name));
    }
}
