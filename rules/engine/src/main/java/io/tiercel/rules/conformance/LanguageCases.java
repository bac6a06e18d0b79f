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

/** Cases for single conditions and output formats. */
final class LanguageCases {
    private static final String ERROR = ConformanceCase.ERROR;
    private static final String ALL = "ALL";
    private static final String NONE = "NONE";
    private static final String ALL_BUT = "ALL_BUT_";

    private LanguageCases() {}

    /**
     * Evaluates {@code condition} for {@code fields}, interpreted and compiled. The result is true, false or an error.
     */
    static CaseResult eval(ConformanceCase testCase) throws CaseException {
        String expected = testCase.expectsError() ? ERROR : String.valueOf(testCase.expected("result"));
        String actual;
        try {
            CheckedExpr condition = checked(testCase.text("condition"));
            FieldMapEvent event = testCase.event();
            boolean interpreted = Interpreter.matches(condition, event);
            // Compiled conditions require an event type. A case can omit it if the condition does not use it.
            boolean compiled = event.hasEventType() || !namesType(testCase.text("condition"))
                    ? compiled(condition).first(event) != RuleProgram.NONE
                    : interpreted;
            actual = interpreted == compiled
                    ? String.valueOf(interpreted)
                    : "interpreted " + interpreted + ", compiled " + compiled;
        } catch (ConditionSyntaxException | ConditionCheckException e) {
            actual = ERROR + ": " + e.getMessage();
        }
        return new CaseResult(testCase.id(), matches(expected, actual), expected, actual);
    }

    private static boolean namesType(String condition) {
        return condition.contains(Field.EVT_TYPE.fieldName()) || condition.contains(Field.SYSCALL_TYPE.fieldName());
    }

    /**
     * Derives the event types of {@code condition}. The expectation is a list of names, {@code ALL}, {@code
     * ALL_BUT_name}, {@code NONE} or an error. {@code ALL_BUT_} can be followed by several names, separated by commas.
     */
    static CaseResult eventTypes(ConformanceCase testCase) throws CaseException {
        Object expect = testCase.expectsError() ? ERROR : testCase.expected("event_types");
        String expected =
                expect instanceof List<?> list ? sorted(list.stream().map(String::valueOf)) : String.valueOf(expect);
        String actual;
        try {
            EventTypeSet types = RuleEventTypes.of(checked(testCase.text("condition")));
            if (expected.equalsIgnoreCase(ALL)) {
                expected = ALL;
            } else if (expected.equalsIgnoreCase(NONE)) {
                expected = sorted(Stream.of());
            } else if (expected.startsWith(ALL_BUT)) {
                String names = expected.substring(ALL_BUT.length());
                expected = ALL_BUT + sorted(Stream.of(names.split(",")).map(String::strip));
            }
            EventTypeSet others = types.complement();
            actual = types.isAll()
                    ? ALL
                    : expected.startsWith(ALL_BUT)
                            ? ALL_BUT + sorted(others.names().stream())
                            : sorted(types.names().stream());
        } catch (ConditionSyntaxException | ConditionCheckException e) {
            actual = ERROR + ": " + e.getMessage();
        }
        return new CaseResult(testCase.id(), matches(expected, actual), expected, actual);
    }

    private static String sorted(Stream<String> names) {
        return new TreeSet<>(names.toList()).toString();
    }

    /** Renders {@code format} for {@code fields}. The result is a text with JSON values, no text, or an error. */
    static CaseResult format(ConformanceCase testCase) throws CaseException {
        String expected = String.valueOf(testCase.get("expect"));
        FieldMapEvent event = testCase.event();
        try {
            OutputFormat format = new OutputFormatParser(new FieldTable()).parse(testCase.text("format"));
            String text = format.render(event, AlertCases.zone(testCase));
            TreeMap<String, @Nullable Object> fields = new TreeMap<>();
            format.collect(event, fields);
            boolean asMapping = testCase.get("expect") instanceof Map<?, ?>;
            boolean comparesText = !asMapping || testCase.map("expect").containsKey("text");
            Object expectedFields = asMapping ? testCase.expected("output_fields") : null;
            boolean passed = !testCase.expectsError()
                    && (!comparesText || JsonEquality.areEqual(testCase.expected("text"), text))
                    && (expectedFields == null || JsonEquality.areEqual(expectedFields, fields));
            return new CaseResult(testCase.id(), passed, expected, text + " " + fields);
        } catch (OutputFormatException e) {
            return new CaseResult(testCase.id(), testCase.expectsError(), expected, ERROR + ": " + e.getMessage());
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

    private static boolean matches(String expected, String actual) {
        return expected.equals(actual) || expected.equals(ERROR) && actual.startsWith(ERROR + ": ");
    }
}
