package io.tiercel.functions.respond.action;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a target that exclusions check, as just read. Null means unknown or not applicable, never empty.
 *
 * @param tags the tags of an instance
 * @param labels the labels of a pod or a node
 * @param role the name of the IAM role that the action changes
 */
public record TargetFacts(
        @Nullable Map<String, String> tags,
        @Nullable Map<String, String> labels,
        @Nullable String role) {
    /** The attributes of a target that exclusions do not check. */
    public static final TargetFacts NONE = new TargetFacts(null, null, null);

    /** Returns the attributes of an instance. */
    public static TargetFacts ofTags(Map<String, String> tags) {
        return new TargetFacts(tags, null, null);
    }

    /** Returns the attributes of a pod or a node. */
    public static TargetFacts ofLabels(Map<String, String> labels) {
        return new TargetFacts(null, labels, null);
    }
}
