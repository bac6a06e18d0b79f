package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.field.Field;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * Equivalence classes of a numeric field, such as user ids or ports. Class 0 holds all numbers without their own class.
 */
final class NumberClasses {
    private final Field field;
    private final long maximum;
    private final List<Long> numbers;

    /**
     * Creates a class for each number that the checks compare the field with.
     *
     * @param maximum largest possible value of the field
     * @param limit maximum number of values with their own class
     */
    NumberClasses(Set<CheckedExpr> checks, Field field, long maximum, int limit) {
        this.field = field;
        this.maximum = maximum;
        Set<Long> found = new TreeSet<>();
        checks.forEach(check -> CheckConstants.numbers(check, field).stream()
                .filter(number -> number >= 0 && number <= maximum)
                .forEach(found::add));
        numbers = found.stream().limit(limit).toList();
    }

    /** Returns the numbers in the order of their classes, starting with class 1. */
    List<Long> numbers() {
        return numbers;
    }

    /** Evaluates a check for all numbers of a class. */
    Tristate evaluate(int numberClass, CheckedExpr check) {
        if (!event(0).determines(check)) {
            return Tristate.UNKNOWN;
        }
        if (numberClass > 0) {
            return event(numbers.get(numberClass - 1)).evaluate(check);
        }
        LongStream boundaries = CheckConstants.numbers(check, field).stream()
                .mapToLong(Long::longValue)
                .flatMap(number -> LongStream.of(number - 1, number, number + 1));
        return LongStream.concat(LongStream.of(0, maximum), boundaries)
                .filter(number -> number >= 0 && number <= maximum && !numbers.contains(number))
                .mapToObj(number -> event(number).evaluate(check))
                .reduce(Tristate::merge)
                .orElse(Tristate.UNKNOWN);
    }

    private PartialEvent event(long number) {
        return PartialEvent.of(Map.of(field, number));
    }
}
