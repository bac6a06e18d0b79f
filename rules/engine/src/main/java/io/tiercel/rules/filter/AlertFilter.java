package io.tiercel.rules.filter;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.ConditionCheckException;
import io.tiercel.rules.check.ConditionChecker;
import io.tiercel.rules.check.FieldCollector;
import io.tiercel.rules.check.FieldResolver;
import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.ConditionSyntaxException;
import io.tiercel.rules.eval.Interpreter;
import io.tiercel.rules.field.FactType;
import io.tiercel.rules.field.FieldTrait;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A condition of the rule language over alerts, such as {@code priority in (Critical, Error) and proc.name = bash}.
 *
 * <p>It may name {@code rule}, {@code priority}, {@code source}, {@code hostname}, the list {@code tags}, and every field
 * of the alert's output, by its own name or as {@code output_fields.NAME}. A field that the alert does not carry is
 * absent, so that no operator holds for it. Whoever knows more about an alert than the alert itself may declare facts, which
 * conditions name like fields. An object may be used by several threads.
 */
public final class AlertFilter {
    /** Longest condition, in chars. */
    public static final int MAX_CHARS = 8 * 1024;

    private final CheckedExpr condition;

    private AlertFilter(CheckedExpr condition) {
        this.condition = condition;
    }

    /**
     * Reads a condition.
     *
     * @param text the condition as Unicode text
     * @throws AlertFilterException if it does not follow the grammar, names an unknown field, compares what does not fit,
     *     or is longer than {@link #MAX_CHARS}
     */
    public static AlertFilter parse(String text) throws AlertFilterException {
        return parse(text, Map.of());
    }

    /**
     * Reads a condition that may also name facts.
     *
     * @param text the condition as Unicode text
     * @param facts types by name, e.g. {@code enrich.instance.vpc}; a name has a dot, and one of the alert's own fields is
     *     hidden by it
     * @throws AlertFilterException as {@link #parse(String)}
     */
    public static AlertFilter parse(String text, Map<String, FactType> facts) throws AlertFilterException {
        if (text.length() > MAX_CHARS) {
            throw new AlertFilterException("a filter has at most " + MAX_CHARS + " characters");
        }
        try {
            return new AlertFilter(new ConditionChecker(FieldTable.forAlerts(facts))
                    .check(ConditionParser.parse(text, FieldResolver.dotlessAlertFields()))
                    .expr());
        } catch (ConditionSyntaxException e) {
            throw new AlertFilterException(at(e.offset(), e.getMessage()));
        } catch (ConditionCheckException e) {
            throw new AlertFilterException(at(e.offset(), e.getMessage()));
        }
    }

    private static String at(int offset, @Nullable String message) {
        return "at character " + (offset + 1) + ": " + message;
    }

    /** Whether the condition holds for the alert. */
    public boolean matches(Alert alert) {
        return matches(alert, Map.of());
    }

    /**
     * Whether the condition holds for the alert and what is known beyond it.
     *
     * @param facts values by name, as {@link FactType} says; a fact that is not there is absent like a field, so that no
     *     operator holds for it
     */
    public boolean matches(Alert alert, Map<String, ?> facts) {
        return Interpreter.holds(condition, new AlertEvent(alert, facts));
    }

    /**
     * The fields and facts that the condition names and that have no value here, each once, in the order of the condition.
     *
     * @param facts as for {@link #matches(Alert, Map)}
     */
    public List<String> absent(Alert alert, Map<String, ?> facts) {
        AlertEvent event = new AlertEvent(alert, facts);
        Set<String> absent = new LinkedHashSet<>();
        FieldCollector.forEach(condition, ref -> {
            if (!event.has(ref)) {
                absent.add(ref.field().is(FieldTrait.ALERT) && ref.key() != null ? ref.key() : ref.text());
            }
        });
        return List.copyOf(absent);
    }
}
