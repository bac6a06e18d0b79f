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
 * A condition on alerts in the rule language, such as {@code priority in (Critical, Error) and proc.name = bash}.
 *
 * <p>The condition can use {@code rule}, {@code priority}, {@code source}, {@code hostname}, the list {@code tags}, and
 * all output fields, by name or as {@code output_fields.NAME}. A field that is missing in the alert is absent, so every
 * comparison of it is false. Callers can declare facts, which are additional named values. Instances are thread-safe.
 */
public final class AlertFilter {
    /** Maximum length of a condition in chars. */
    public static final int MAX_CHARS = 8 * 1024;

    private final CheckedExpr condition;

    private AlertFilter(CheckedExpr condition) {
        this.condition = condition;
    }

    /**
     * Parses a condition.
     *
     * @param text condition as Unicode text
     * @throws AlertFilterException if the condition is syntactically incorrect, uses an unknown field, has a type
     *     mismatch, or is longer than {@link #MAX_CHARS}
     */
    public static AlertFilter parse(String text) throws AlertFilterException {
        return parse(text, Map.of());
    }

    /**
     * Parses a condition that can use facts.
     *
     * @param text condition as Unicode text
     * @param facts types of facts by name, for example {@code enrich.instance.vpc}. A name must contain a dot, and
     *     hides a field of the alert with the same name
     * @throws AlertFilterException as {@link #parse(String)}
     */
    public static AlertFilter parse(String text, Map<String, FactType> facts) throws AlertFilterException {
        if (text.length() > MAX_CHARS) {
            throw new AlertFilterException("the condition is too long; the maximum is " + MAX_CHARS + " characters");
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

    /** Returns whether the condition is true for the alert. */
    public boolean matches(Alert alert) {
        return matches(alert, Map.of());
    }

    /**
     * Returns whether the condition is true for the alert and the facts.
     *
     * @param facts values by name, with the types in {@link FactType}; a missing fact is absent, so every
     *     comparison of it is false
     */
    public boolean matches(Alert alert, Map<String, ?> facts) {
        return Interpreter.matches(condition, new AlertEvent(alert, facts));
    }

    /**
     * Returns the fields and facts that the condition uses and that are absent, without duplicates, in the order of the
     * condition.
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
