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
import io.tiercel.rules.format.OutputFormat;
import io.tiercel.rules.format.OutputFormatException;
import io.tiercel.rules.format.OutputFormatParser;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Cases about single conditions and formats. */
final class LanguageCases {
    private static final String ERROR = "error";
    private static final String ALL = "ALL";
    private static final String ALL_BUT = "ALL_BUT_";

    private LanguageCases() {}

    /** {@code condition} over {@code fields} is true, false, or an error: interpreted and compiled. */
    static Outcome eval(Case wanted) throws CaseException {
        String expected = String.valueOf(wanted.get("expect"));
        String got;
        try {
            CheckedExpr condition = checked(wanted.text("condition"));
            CaseEvent event = new CaseEvent(wanted.map("fields"), 0);
            boolean interpreted = Interpreter.holds(condition, event);
            boolean compiled = compiled(condition).first(event) != RuleProgram.NONE;
            got = interpreted == compiled
                    ? String.valueOf(interpreted)
                    : "interpreted " + interpreted + ", compiled " + compiled;
        } catch (ConditionSyntaxException | ConditionCheckException e) {
            got = ERROR + ": " + e.getMessage();
        }
        return new Outcome(wanted.id(), matches(expected, got), expected, got);
    }

    /** The event types of {@code condition}: a list of names, {@code ALL}, {@code ALL_BUT_name}, or an error. */
    static Outcome eventTypes(Case wanted) throws CaseException {
        Object expect = wanted.get("expect");
        String expected = expect instanceof List<?> list
                ? new TreeSet<>(list.stream().map(String::valueOf).toList()).toString()
                : String.valueOf(expect);
        String got;
        try {
            EventTypeSet types = RuleEventTypes.of(checked(wanted.text("condition")));
            EventTypeSet others = types.complement();
            got = types.isAll()
                    ? ALL
                    : expected.startsWith(ALL_BUT)
                            ? ALL_BUT + String.join(",", others.names())
                            : types.names().toString();
        } catch (ConditionSyntaxException | ConditionCheckException e) {
            got = ERROR + ": " + e.getMessage();
        }
        return new Outcome(wanted.id(), matches(expected, got), expected, got);
    }

    /** {@code format} over {@code fields} gives a text and JSON values, no text, or an error. */
    static Outcome format(Case wanted) throws CaseException {
        Object expect = wanted.get("expect");
        CaseEvent event = new CaseEvent(wanted.map("fields"), 0);
        try {
            OutputFormat format = new OutputFormatParser(new FieldTable()).parse(wanted.text("format"));
            String text = format.render(event, ZoneOffset.UTC);
            TreeMap<String, @Nullable Object> fields = new TreeMap<>();
            format.collect(event, fields);
            if (!(expect instanceof Map<?, ?> map)) {
                return new Outcome(
                        wanted.id(), expect == null && text == null, String.valueOf(expect), text + " " + fields);
            }
            boolean sameText = !map.containsKey("text") || Sameness.same(map.get("text"), text);
            Object expectedFields = map.get("output_fields");
            boolean sameFields = expectedFields == null || Sameness.same(expectedFields, fields);
            return new Outcome(wanted.id(), sameText && sameFields, String.valueOf(expect), text + " " + fields);
        } catch (OutputFormatException e) {
            String expected = String.valueOf(expect);
            return new Outcome(wanted.id(), expected.equals(ERROR), expected, ERROR + ": " + e.getMessage());
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
