package io.tiercel.rules.engine;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.event.EventTypeSet;
import io.tiercel.rules.format.OutputFormat;
import java.util.List;

/**
 * A rule that is ready for evaluation.
 *
 * @param name name, unique in the rule set
 * @param description value of {@code desc}
 * @param source event source; {@code syscall} for kernel events
 * @param tags sorted tags without duplicates
 * @param enabled whether the rule can produce alerts; disabled rules are also checked
 * @param syntax syntax tree of the condition with expanded lists, macros and exceptions
 * @param condition checked condition
 * @param eventTypes event types for which the condition can be true; all rules are also evaluated for asynchronous
 *     events
 * @param output output format, including appended output
 * @param extraFields additional output fields from the configuration
 * @param capture whether a match requests a capture of events
 * @param captureMillis duration of the capture in milliseconds; 0 if not specified
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
