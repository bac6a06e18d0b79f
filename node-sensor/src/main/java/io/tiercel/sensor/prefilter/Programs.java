package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.capture.RecordLayout.COMM_UNKNOWN;

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
 * Classes of program names: names that no check tells apart are in one. Class 0 are all names that no check names; those
 * beyond the last class are not looked at.
 */
final class Programs {
    /** The kernel cuts a program's name to so many bytes. */
    private static final int COMM_LENGTH = 15;

    /** Most names that are told apart: each takes an entry in the kernel. */
    private static final int MAX_NAMES = 4096;

    private final SortedMap<String, Integer> classes = new TreeMap<>();
    private final List<Facts> examples = new ArrayList<>();
    private final boolean tooMany;

    /** Classes for what these checks name. */
    Programs(Set<CheckedExpr> checks) {
        Facts unnamed = facts("");
        List<CheckedExpr> about = checks.stream().filter(unnamed::knows).toList();
        Set<String> names = new TreeSet<>();
        about.forEach(check -> Constants.texts(check, Field.PROC_NAME).stream()
                .filter(name -> !name.isEmpty() && name.length() <= COMM_LENGTH)
                .forEach(names::add));
        tooMany = names.size() > MAX_NAMES;
        Map<List<Truth>, Integer> byTruths = new HashMap<>();
        examples.add(unnamed);
        for (String name : tooMany ? Set.<String>of() : names) {
            Facts named = facts(name);
            List<Truth> truths = about.stream().map(named::of).toList();
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
    Truth of(int nameClass, CheckedExpr check) {
        if (tooMany) {
            return Truth.MAYBE;
        }
        return nameClass == 0 ? other(check) : examples.get(nameClass).of(check);
    }

    /** Whether it holds for a name that no check names. */
    private static Truth other(CheckedExpr check) {
        return switch (check) {
            case CheckedExpr.Compare(ValueSource source, Operator operator, Constant _)
            when plain(source) ->
                operator == Operator.EQUAL ? Truth.NO : operator == Operator.NOT_EQUAL ? Truth.YES : Truth.MAYBE;
            case CheckedExpr.Member member when plain(member.source()) -> Truth.NO;
            case CheckedExpr.Quantified quantified
            when plain(quantified.source()) -> quantified.operator() == Operator.EQUAL ? Truth.NO : Truth.MAYBE;
            case CheckedExpr.Exists exists when plain(exists.source()) -> Truth.YES;
            default -> Truth.MAYBE;
        };
    }

    private static boolean plain(ValueSource source) {
        return source instanceof ValueSource.FieldValue field && field.ref().field() == Field.PROC_NAME;
    }

    private static Facts facts(String name) {
        return Facts.of(Map.of(Field.PROC_NAME, name));
    }
}
