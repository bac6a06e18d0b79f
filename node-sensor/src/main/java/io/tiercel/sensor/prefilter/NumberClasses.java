package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.field.Field;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** Classes of the numbers of a field, as users and ports: class 0 are all that have none of their own. */
final class NumberClasses {
    private final Field field;
    private final long most;
    private final List<Long> numbers;

    /**
     * Classes for what checks compare a field with.
     *
     * @param most the largest number that there is
     * @param limit most numbers with a class of their own
     */
    NumberClasses(Set<CheckedExpr> checks, Field field, long most, int limit) {
        this.field = field;
        this.most = most;
        Set<Long> found = new TreeSet<>();
        checks.forEach(check -> CheckConstants.numbers(check, field).stream()
                .filter(number -> number >= 0 && number <= most)
                .forEach(found::add));
        numbers = found.stream().limit(limit).toList();
    }

    /** In the order of their classes, from class 1. */
    List<Long> numbers() {
        return numbers;
    }

    /** Whether a check holds for the numbers of a class. */
    Tristate of(int numberClass, CheckedExpr check) {
        if (!facts(0).knows(check)) {
            return Tristate.MAYBE;
        }
        if (numberClass > 0) {
            return facts(numbers.get(numberClass - 1)).of(check);
        }
        LongStream around = CheckConstants.numbers(check, field).stream()
                .mapToLong(Long::longValue)
                .flatMap(number -> LongStream.of(number - 1, number, number + 1));
        return LongStream.concat(LongStream.of(0, most), around)
                .filter(number -> number >= 0 && number <= most && !numbers.contains(number))
                .mapToObj(number -> facts(number).of(check))
                .reduce(Tristate::either)
                .orElse(Tristate.MAYBE);
    }

    private PartialEvent facts(long number) {
        return PartialEvent.of(Map.of(field, number));
    }
}
