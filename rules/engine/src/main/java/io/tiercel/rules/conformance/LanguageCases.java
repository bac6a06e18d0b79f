package io.tiercel.rules.conformance;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.ConditionCheckException;
import io.tiercel.rules.check.ConditionChecker;
import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.check.RuleEventTypes;
import io.tiercel.rules.compile.RuleProgram;
import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.ConditionSyntaxException;
import io.tiercel.rules.eval.Interpreter;
import io.tiercel.rules.event.EventTypeSet;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.format.OutputFormat;
import io.tiercel.rules.format.OutputFormatException;
import io.tiercel.rules.format.OutputFormatParser;
import io.tiercel.rules.testing.FieldMapEvent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Cases about single conditions and formats. */
final class LanguageCases {
    private static final String ERROR = ConformanceCase.ERROR;
    private static final String ALL = "ALL";
    private static final String NONE = "NONE";
    private static final String ALL_BUT = "ALL_BUT_";

    private LanguageCases() {}

    /** {@code condition} over {@code fields} is true, false, or an error: interpreted and compiled. */
    static CaseResult eval(ConformanceCase wanted) throws CaseException {
        String expected = wanted.wantsError() ? ERROR : String.valueOf(wanted.expected("result"));
        String got;
        try {
            CheckedExpr condition = checked(wanted.text("condition"));
            FieldMapEvent event = wanted.event();
            boolean interpreted = Interpreter.holds(condition, event);
            // Compiled conditions rest upon every event having a type; a case need not name one.
            boolean compiled = event.hasEventType() || !namesType(wanted.text("condition"))
                    ? compiled(condition).first(event) != RuleProgram.NONE
                    : interpreted;
            got = interpreted == compiled
                    ? String.valueOf(interpreted)
                    : "interpreted " + interpreted + ", compiled " + compiled;
        } catch (ConditionSyntaxException | ConditionCheckException e) {
            got = ERROR + ": " + e.getMessage();
        }
        return new CaseResult(wanted.id(), matches(expected, got), expected, got);
    }

    private static boolean namesType(String condition) {
        return condition.contains(Field.EVT_TYPE.fieldName()) || condition.contains(Field.SYSCALL_TYPE.fieldName());
    }

    /**
     * The event types of {@code condition}: a list of names, {@code ALL}, {@code ALL_BUT_name}, {@code NONE}, or an error.
     * Several names behind {@code ALL_BUT_} are separated by commas.
     */
    static CaseResult eventTypes(ConformanceCase wanted) throws CaseException {
        Object expect = wanted.wantsError() ? ERROR : wanted.expected("event_types");
        String expected =
                expect instanceof List<?> list ? sorted(list.stream().map(String::valueOf)) : String.valueOf(expect);
        String got;
        try {
            EventTypeSet types = RuleEventTypes.of(checked(wanted.text("condition")));
            if (expected.equalsIgnoreCase(ALL)) {
                expected = ALL;
            } else if (expected.equalsIgnoreCase(NONE)) {
                expected = sorted(Stream.of());
            } else if (expected.startsWith(ALL_BUT)) {
                String names = expected.substring(ALL_BUT.length());
                expected = ALL_BUT + sorted(Stream.of(names.split(",")).map(String::strip));
            }
            EventTypeSet others = types.complement();
            got = types.isAll()
                    ? ALL
                    : expected.startsWith(ALL_BUT)
                            ? ALL_BUT + sorted(others.names().stream())
                            : sorted(types.names().stream());
        } catch (ConditionSyntaxException | ConditionCheckException e) {
            got = ERROR + ": " + e.getMessage();
        }
        return new CaseResult(wanted.id(), matches(expected, got), expected, got);
    }

    private static String sorted(Stream<String> names) {
        return new TreeSet<>(names.toList()).toString();
    }

    /** {@code format} over {@code fields} gives a text and JSON values, no text, or an error. */
    static CaseResult format(ConformanceCase wanted) throws CaseException {
        String expected = String.valueOf(wanted.get("expect"));
        FieldMapEvent event = wanted.event();
        try {
            OutputFormat format = new OutputFormatParser(new FieldTable()).parse(wanted.text("format"));
            String text = format.render(event, AlertCases.zone(wanted));
            TreeMap<String, @Nullable Object> fields = new TreeMap<>();
            format.collect(event, fields);
            boolean asMapping = wanted.get("expect") instanceof Map<?, ?>;
            boolean aboutText = !asMapping || wanted.map("expect").containsKey("text");
            Object expectedFields = asMapping ? wanted.expected("output_fields") : null;
            boolean passed = !wanted.wantsError()
                    && (!aboutText || JsonEquality.same(wanted.expected("text"), text))
                    && (expectedFields == null || JsonEquality.same(expectedFields, fields));
            return new CaseResult(wanted.id(), passed, expected, text + " " + fields);
        } catch (OutputFormatException e) {
            return new CaseResult(wanted.id(), wanted.wantsError(), expected, ERROR + ": " + e.getMessage());
        }
    }

    private static RuleProgram compiled(CheckedExpr condition) {
        return RuleProgram.of(
                List.of(new RuleProgram.Candidate(condition, EventTypeSet.all())), 0, RuleProgram.Evaluation.COMPILED);
    }

    private static CheckedExpr checked(String condition) throws ConditionSyntaxException, ConditionCheckException {
        return new ConditionChecker(new FieldTable())
                .check(ConditionParser.parse(condition))
                .expr();
    }

    private static boolean matches(String expected, String got) {
        return expected.equals(got) || expected.equals(ERROR) && got.startsWith(ERROR + ": ");
    }
}
