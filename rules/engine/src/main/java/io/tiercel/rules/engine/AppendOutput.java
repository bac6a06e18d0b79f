package io.tiercel.rules.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the configuration's {@code append_output}: what is added to the output of the rules that it fits.
 *
 * @param rule name of the one rule; null for every rule
 * @param source event source; null for every source
 * @param tags the rule has all of them; empty for every rule
 * @param extraOutput appended to the output behind a blank; null for nothing
 * @param extraFields added to the output fields only
 * @param suggestedOutput whether the fields that identify a container are appended to rules for system calls
 */
public record AppendOutput(
        @Nullable String rule,
        @Nullable String source,
        List<String> tags,
        @Nullable String extraOutput,
        List<Field> extraFields,
        boolean suggestedOutput) {
    /** What is appended if nothing is configured. */
    public static final List<AppendOutput> DEFAULT =
            List.of(new AppendOutput(null, null, List.of(), null, List.of(), true));

    private static final String SYSCALL = "syscall";

    private static final String SUGGESTED = "container_id=%container.id container_name=%container.name"
            + " container_image_repository=%container.image.repository container_image_tag=%container.image.tag"
            + " k8s_pod_name=%k8s.pod.name k8s_ns_name=%k8s.ns.name";

    /**
     * An extra field.
     *
     * @param name key in the output fields; without a format also the field itself
     * @param format rendered as the value; null to take the field's own value
     */
    public record Field(String name, @Nullable String format) {}

    /** Whether the entry applies to a rule. */
    public boolean fits(String ruleName, String ruleSource, List<String> ruleTags) {
        return (rule == null || rule.equals(ruleName))
                && (source == null || source.equals(ruleSource))
                && ruleTags.containsAll(tags);
    }

    /** The text behind which the rule's alerts end; the output itself if the entry appends nothing. */
    public String appended(String output, String ruleSource) {
        String result = extraOutput == null ? output : output + " " + extraOutput;
        return suggestedOutput && ruleSource.equals(SYSCALL) ? result + " " + SUGGESTED : result;
    }
}
