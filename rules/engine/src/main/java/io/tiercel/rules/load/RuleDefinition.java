package io.tiercel.rules.load;

import io.tiercel.rules.alert.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rule as the items so far have defined it.
 *
 * @param condition the texts of the condition, joined by blanks; more than one after an append
 * @param output likewise
 * @param captureMillis length of the recording asked for, milliseconds
 * @param knownSource whether the engine has the rule's source; if not, the rule is skipped
 */
record RuleDefinition(
        SourcePosition spot,
        String name,
        String source,
        boolean knownSource,
        List<ScalarText> condition,
        List<ScalarText> output,
        String description,
        Priority priority,
        SortedSet<String> tags,
        List<ExceptionEntry> exceptions,
        boolean enabled,
        boolean warnEventTypes,
        boolean skipIfUnknownFilter,
        boolean capture,
        long captureMillis) {

    /** What one override or append says about a rule; null for what it does not mention. */
    record Change(
            @Nullable ScalarText condition,
            @Nullable ScalarText output,
            @Nullable String description,
            @Nullable Priority priority,
            @Nullable SortedSet<String> tags,
            @Nullable List<ExceptionEntry> exceptions,
            @Nullable Boolean enabled,
            @Nullable Boolean warnEventTypes,
            @Nullable Boolean skipIfUnknownFilter,
            @Nullable Boolean capture,
            @Nullable Long captureMillis) {
        static Change appending(
                @Nullable ScalarText condition,
                @Nullable ScalarText output,
                @Nullable String description,
                @Nullable SortedSet<String> tags,
                @Nullable List<ExceptionEntry> exceptions) {
            return new Change(condition, output, description, null, tags, exceptions, null, null, null, null, null);
        }
    }

    String outputText() {
        return output.stream().map(ScalarText::value).collect(Collectors.joining(" "));
    }

    /** This rule with texts, tags and (already combined) exceptions added. */
    RuleDefinition append(Change change, List<ExceptionEntry> combinedExceptions) {
        return new RuleDefinition(
                spot,
                name,
                source,
                knownSource,
                plus(condition, change.condition()),
                plus(output, change.output()),
                change.description() == null ? description : description + " " + change.description(),
                priority,
                union(tags, change.tags()),
                combinedExceptions,
                enabled,
                warnEventTypes,
                skipIfUnknownFilter,
                capture,
                captureMillis);
    }

    /** This rule with the values that the change mentions. */
    RuleDefinition replace(Change change) {
        return new RuleDefinition(
                spot,
                name,
                source,
                knownSource,
                change.condition() == null ? condition : List.of(change.condition()),
                change.output() == null ? output : List.of(change.output()),
                or(change.description(), description),
                or(change.priority(), priority),
                or(change.tags(), tags),
                or(change.exceptions(), exceptions),
                or(change.enabled(), enabled),
                or(change.warnEventTypes(), warnEventTypes),
                or(change.skipIfUnknownFilter(), skipIfUnknownFilter),
                or(change.capture(), capture),
                or(change.captureMillis(), captureMillis));
    }

    RuleDefinition enable(boolean on) {
        return replace(new Change(null, null, null, null, null, null, on, null, null, null, null));
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private static List<ScalarText> plus(List<ScalarText> texts, @Nullable ScalarText more) {
        if (more == null) {
            return texts;
        }
        List<ScalarText> all = new ArrayList<>(texts);
        all.add(more);
        return all;
    }

    private static SortedSet<String> union(SortedSet<String> tags, @Nullable SortedSet<String> more) {
        if (more == null) {
            return tags;
        }
        SortedSet<String> all = new TreeSet<>(tags);
        all.addAll(more);
        return all;
    }
}
