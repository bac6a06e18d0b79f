package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.RecordLayout.RESULT_CLASSES;
import static io.tiercel.sensor.bpf.RecordLayout.RESULT_FAILED;
import static io.tiercel.sensor.bpf.RecordLayout.RESULT_MORE;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.Source;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.state.FlagNames;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Classes of return values: those that rules name are alone in theirs. */
final class ReturnValueClasses {
    /** Error numbers of the kernel are smaller; the names of those beyond ERROR_NAMES are their digits. */
    private static final int ERRORS = 4096;

    private static final int ERROR_NAMES = 133;
    private static final int NAMED = RESULT_CLASSES - RESULT_FAILED - 1;

    private final List<Integer> named;

    /** Classes for what these checks name. */
    ReturnValueClasses(Set<CheckedExpr> checks) {
        Set<Integer> found = new TreeSet<>();
        for (CheckedExpr check : checks) {
            for (String text : CheckConstants.texts(check, Field.EVT_RES)) {
                IntStream.rangeClosed(1, ERROR_NAMES)
                        .filter(error -> FlagNames.error(error).equals(text))
                        .forEach(found::add);
            }
            CheckConstants.numbers(check, Field.EVT_RAWRES).stream()
                    .filter(number -> number < 0 && number > -256)
                    .forEach(number -> found.add((int) -number));
        }
        named = found.stream().limit(NAMED).toList();
    }

    /** Class of an error. */
    int ofError(int error) {
        int place = named.indexOf(error);
        return place < 0 ? RESULT_FAILED : RESULT_FAILED + 1 + place;
    }

    int classes() {
        return RESULT_FAILED + 1 + named.size();
    }

    /** Whether a check holds for the results of a class. */
    Tristate of(int resultClass, SyscallKind shape, CheckedExpr check) {
        if (shape == SyscallKind.GENERIC || !facts(shape, 0).knows(check)) {
            return Tristate.MAYBE;
        }
        if (resultClass == RESULT_MORE) {
            return sampled(
                    shape,
                    check,
                    LongStream.concat(
                            LongStream.of(RESULT_MORE, Long.MAX_VALUE),
                            around(check).filter(number -> number >= RESULT_MORE)));
        }
        if (resultClass == RESULT_FAILED) {
            return !plain(check)
                    ? Tristate.MAYBE
                    : sampled(
                            shape,
                            check,
                            LongStream.concat(
                                            LongStream.concat(
                                                    LongStream.rangeClosed(1, ERROR_NAMES + 1)
                                                            .map(error -> -error),
                                                    LongStream.of(-ERRORS, Long.MIN_VALUE + 1)),
                                            around(check).filter(number -> number < 0))
                                    .filter(number -> number < -255 || ofError((int) -number) == RESULT_FAILED));
        }
        long result = resultClass < RESULT_MORE ? resultClass : -named.get(resultClass - RESULT_FAILED - 1);
        return facts(shape, result).of(check);
    }

    /** Whether a text that is but digits, as that of an error without a name, is like any other to a check. */
    private static boolean plain(CheckedExpr check) {
        if (!CheckConstants.fields(check).contains(Field.EVT_RES)) {
            return true;
        }
        return switch (check) {
            case CheckedExpr.Compare(Source _, Operator operator, Constant constant) ->
                switch (operator) {
                    case EQUAL, NOT_EQUAL, STARTSWITH -> constant instanceof Constant.Text(String text) && letter(text);
                    default -> false;
                };
            case CheckedExpr.Member member ->
                member.set().constants().stream()
                        .allMatch(constant -> constant instanceof Constant.Text(String text) && letter(text));
            case CheckedExpr.Exists _ -> true;
            default -> false;
        };
    }

    private static boolean letter(String text) {
        return !text.isEmpty() && Character.isLetter(text.charAt(0));
    }

    private static LongStream around(CheckedExpr check) {
        return LongStream.concat(
                        CheckConstants.numbers(check, Field.EVT_RAWRES).stream().mapToLong(Long::longValue),
                        CheckConstants.numbers(check, Field.FD_NUM).stream().mapToLong(Long::longValue))
                .flatMap(number -> LongStream.of(number - 1, number, number + 1));
    }

    private static Tristate sampled(SyscallKind shape, CheckedExpr check, LongStream results) {
        return results.mapToObj(result -> facts(shape, result).of(check))
                .reduce(Tristate::either)
                .orElse(Tristate.MAYBE);
    }

    private static PartialEvent facts(SyscallKind shape, long result) {
        Map<Field, Object> values = new EnumMap<>(Field.class);
        values.put(Field.EVT_RAWRES, result);
        values.put(Field.EVT_FAILED, result < 0 ? 1L : 0L);
        values.put(Field.EVT_RES, result < 0 ? FlagNames.error(-result) : "SUCCESS");
        if (shape.opens()) {
            values.put(Field.FD_NUM, Math.max(result, -1));
        }
        return PartialEvent.of(values);
    }
}
