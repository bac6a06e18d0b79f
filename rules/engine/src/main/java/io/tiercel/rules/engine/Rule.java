package io.tiercel.rules.engine;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.event.EventTypeSet;
import io.tiercel.rules.format.OutputFormat;
import java.util.List;

/**
 * A rule that is ready to be evaluated.
 *
 * @param name unique within its set
 * @param description what the author says about it
 * @param source event source, {@code syscall} for kernel events
 * @param tags sorted, without duplicates
 * @param enabled whether it may fire; a disabled rule is checked all the same
 * @param syntax the condition with lists, macros and exceptions expanded
 * @param condition the same, checked
 * @param eventTypes types for which the condition can be true; every rule is evaluated for asynchronous events as well
 * @param output text of its alerts, with what the configuration appends
 * @param extraFields what the configuration adds to the output fields
 * @param capture whether a recording of events is asked for when it fires
 * @param captureMillis how long that recording lasts, in milliseconds; 0 if not said
 */
public record Rule(
        String name,
        String description,
        Priority priority,
        String source,
        List<String> tags,
        boolean enabled,
        Expr syntax,
        CheckedExpr condition,
        EventTypeSet eventTypes,
        OutputFormat output,
        List<ExtraField> extraFields,
        boolean capture,
        long captureMillis) {}
