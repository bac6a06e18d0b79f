package io.tiercel.rules.load;

import io.tiercel.rules.alert.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rule as defined by the items read so far.
 *
 * @param knownSource whether the engine supports the event source of the rule; if not, the rule is skipped
 * @param condition texts of the condition, joined by spaces; there is more than one after an append
 * @param output texts of the output, joined by spaces; there is more than one after an append
 * @param captureMillis duration of the requested capture, in milliseconds
 */
record RuleDefinition(
        SourcePosition position,
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

    /** The changes of one override or append. Components that it does not mention are null. */
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

    /** Returns a copy with appended texts and tags, and with the given exceptions. */
    RuleDefinition append(Change change, List<ExceptionEntry> combinedExceptions) {
        return new RuleDefinition(
                position,
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

    /** Returns a copy in which the values of the change replace the existing ones. */
    RuleDefinition replace(Change change) {
        return new RuleDefinition(
                position,
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

    RuleDefinition withEnabled(boolean on) {
        return replace(new Change(null, null, null, null, null, null, on, null, null, null, null));
    }

    private static <T> T or(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
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
