package io.tiercel.rules.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * One entry of Falco's {@code append_output} configuration.
 *
 * @param rule rule to which the entry applies; null for all rules
 * @param source event source to whose rules the entry applies; null for all sources
 * @param tags tags that a rule must have for the entry to apply
 * @param extraOutput text that is appended to the output after a space; can be empty
 * @param extraFields additional output fields: name to output format, or to null for the value of the field with
 *     that name
 * @param suggestedOutput whether to append the container and pod fields that Falco's container plugin suggests
 */
public record AppendOutput(
        @Nullable String rule,
        @Nullable String source,
        Set<String> tags,
        String extraOutput,
        Map<String, @Nullable String> extraFields,
        boolean suggestedOutput) {
    /** Falco's default configuration. */
    public static final AppendOutput SUGGESTED = new AppendOutput(null, null, Set.of(), "", Map.of(), true);

    private static final List<String> SUGGESTED_FIELDS = List.of(
            "container.id",
            "container.name",
            "container.image.repository",
            "container.image.tag",
            "k8s.pod.name",
            "k8s.ns.name");

    public AppendOutput {
        tags = Set.copyOf(tags);
        extraFields = new LinkedHashMap<>(extraFields);
    }

    boolean appliesTo(String ruleName, String ruleSource, SortedSet<String> ruleTags) {
        return (rule == null || rule.equals(ruleName))
                && (source == null || source.equals(ruleSource))
                && ruleTags.containsAll(tags);
    }

    /** Returns the text that is appended to the output of a rule; can be empty. */
    String format() {
        StringBuilder format = new StringBuilder(extraOutput);
        if (suggestedOutput) {
            for (String field : SUGGESTED_FIELDS) {
                if (!format.isEmpty()) {
                    format.append(' ');
                }
                format.append(field.replace('.', '_')).append("=%").append(field);
            }
        }
        return format.toString();
    }
}
