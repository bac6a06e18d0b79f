package io.tiercel.functions.respond.iam;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.respond.action.TargetFacts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sessions to deny.
 *
 * @param role the name of the role
 * @param roleArn the ARN that the role must have; null if it is a role of this account by its origin
 * @param condition the condition of the deny statement, without times
 * @param before denies the sessions that started before this time; null if the condition selects sessions by other means
 * @param facts the tags or labels of the target
 * @param notes warnings for operators
 * @param problems sessions of the target that the condition does not select
 * @param approvalReason why the action requires approval in every mode; null if it does not
 */
record DeniedSessions(
        String role,
        @Nullable String roleArn,
        ObjectNode condition,
        @Nullable Instant before,
        TargetFacts facts,
        List<String> notes,
        List<String> problems,
        @Nullable String approvalReason) {
    static final String NEW_SESSIONS = "sessions that start from now on are not denied: isolate the target too";

    /** Returns whether the sessions of the whole role are denied. */
    boolean wholeRole() {
        return before != null;
    }

    /** Returns the condition of all sessions of a role, whose time is added by {@link #earlierThan}. */
    static ObjectNode noCondition() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Returns the condition that selects all sessions that started earlier. */
    static ObjectNode earlierThan(Instant before) {
        return condition(
                "DateLessThan",
                "aws:TokenIssueTime",
                before.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** Returns a condition with one operator and one key. */
    static ObjectNode condition(String operator, String key, String value) {
        ObjectNode condition = JsonNodeFactory.instance.objectNode();
        condition.putObject(operator).put(key, value);
        return condition;
    }
}
