package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.RESULT_AT_LEAST_3;
import static io.tiercel.sensor.bpf.record.RecordLayout.RESULT_CLASSES;
import static io.tiercel.sensor.bpf.record.RecordLayout.RESULT_FAILED;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.fields.FlagNames;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Equivalence classes of return values. Errors that rules mention have their own class. */
final class ReturnValueClasses {
    /**
     * Upper bound of kernel error numbers. Errors beyond ERROR_NAMES have no symbolic name, so their text is the
     * number.
     */
    private static final int ERRORS = 4096;

    private static final int ERROR_NAMES = 133;
    private static final int MAX_NAMED = RESULT_CLASSES - RESULT_FAILED - 1;

    private final List<Integer> namedErrors;

    /** Creates classes for the errors in these checks. */
    ReturnValueClasses(Set<CheckedExpr> checks) {
        Set<Integer> found = new TreeSet<>();
        for (CheckedExpr check : checks) {
            for (String text : CheckConstants.texts(check, Field.EVT_RES)) {
                IntStream.rangeClosed(1, ERROR_NAMES)
                        .filter(error -> FlagNames.errorName(error).equals(text))
                        .forEach(found::add);
            }
            CheckConstants.numbers(check, Field.EVT_RAWRES).stream()
                    .filter(number -> number < 0 && number > -256)
                    .forEach(number -> found.add((int) -number));
        }
        namedErrors = found.stream().limit(MAX_NAMED).toList();
    }

    /** Returns the class of an error number. */
    int classOfError(int error) {
        int index = namedErrors.indexOf(error);
        return index < 0 ? RESULT_FAILED : RESULT_FAILED + 1 + index;
    }

    int count() {
        return RESULT_FAILED + 1 + namedErrors.size();
    }

    /** Evaluates a check for all return values of a class. */
    Tristate evaluate(int resultClass, SyscallKind kind, CheckedExpr check) {
        if (kind == SyscallKind.GENERIC || !event(kind, 0).determines(check)) {
            return Tristate.UNKNOWN;
        }
        if (resultClass == RESULT_AT_LEAST_3) {
            return evaluateAll(
                    kind,
                    check,
                    LongStream.concat(
                            LongStream.of(RESULT_AT_LEAST_3, Long.MAX_VALUE),
                            boundaries(check).filter(number -> number >= RESULT_AT_LEAST_3)));
        }
        if (resultClass == RESULT_FAILED) {
            return !treatsDigitsAsOther(check)
                    ? Tristate.UNKNOWN
                    : evaluateAll(
                            kind,
                            check,
                            LongStream.concat(
                                            LongStream.concat(
                                                    LongStream.rangeClosed(1, ERROR_NAMES + 1)
                                                            .map(error -> -error),
                                                    LongStream.of(-ERRORS, Long.MIN_VALUE + 1)),
                                            boundaries(check).filter(number -> number < 0))
                                    .filter(number -> number < -255 || classOfError((int) -number) == RESULT_FAILED));
        }
        long result = resultClass < RESULT_AT_LEAST_3 ? resultClass : -namedErrors.get(resultClass - RESULT_FAILED - 1);
        return event(kind, result).evaluate(check);
    }

    /** Returns true if the check gives the same result for all numeric error texts. */
    private static boolean treatsDigitsAsOther(CheckedExpr check) {
        if (!CheckConstants.fields(check).contains(Field.EVT_RES)) {
            return true;
        }
        return switch (check) {
            case CheckedExpr.Compare(ValueSource _, Operator operator, Constant constant) ->
                switch (operator) {
                    case EQUAL, NOT_EQUAL, STARTSWITH ->
                        constant instanceof Constant.Text(String text) && startsWithLetter(text);
                    default -> false;
                };
            case CheckedExpr.Member member ->
                member.set().constants().stream()
                        .allMatch(constant -> constant instanceof Constant.Text(String text) && startsWithLetter(text));
            case CheckedExpr.Exists _ -> true;
            default -> false;
        };
    }

    private static boolean startsWithLetter(String text) {
        return !text.isEmpty() && Character.isLetter(text.charAt(0));
    }

    private static LongStream boundaries(CheckedExpr check) {
        return LongStream.concat(
                        CheckConstants.numbers(check, Field.EVT_RAWRES).stream().mapToLong(Long::longValue),
                        CheckConstants.numbers(check, Field.FD_NUM).stream().mapToLong(Long::longValue))
                .flatMap(number -> LongStream.of(number - 1, number, number + 1));
    }

    private static Tristate evaluateAll(SyscallKind kind, CheckedExpr check, LongStream results) {
        return results.mapToObj(result -> event(kind, result).evaluate(check))
                .reduce(Tristate::merge)
                .orElse(Tristate.UNKNOWN);
    }

    private static PartialEvent event(SyscallKind kind, long result) {
        Map<Field, Object> values = new EnumMap<>(Field.class);
        values.put(Field.EVT_RAWRES, result);
        values.put(Field.EVT_FAILED, result < 0 ? 1L : 0L);
        values.put(Field.EVT_RES, result < 0 ? FlagNames.errorName(-result) : "SUCCESS");
        if (kind.isOpen()) {
            values.put(Field.FD_NUM, Math.max(result, -1));
        }
        return PartialEvent.of(values);
    }
}
