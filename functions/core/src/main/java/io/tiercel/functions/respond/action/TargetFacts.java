package io.tiercel.functions.respond.action;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What exclusions ask about a target, as it was read a moment ago. Null is unknown or not applicable, never "none".
 *
 * @param tags of an instance
 * @param labels of a pod or a node
 * @param role name of the IAM role that would be acted on
 */
public record TargetFacts(
        @Nullable Map<String, String> tags,
        @Nullable Map<String, String> labels,
        @Nullable String role) {
    /** For targets of which nothing is asked. */
    public static final TargetFacts NONE = new TargetFacts(null, null, null);

    /** An instance's. */
    public static TargetFacts tagged(Map<String, String> tags) {
        return new TargetFacts(tags, null, null);
    }

    /** A pod's or a node's. */
    public static TargetFacts labelled(Map<String, String> labels) {
        return new TargetFacts(null, labels, null);
    }
}
