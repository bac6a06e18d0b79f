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
 * @param condition the condition of the deny statement
 * @param facts the tags or labels of the target
 * @param notes warnings for operators
 * @param problems sessions of the target that the condition does not select
 * @param wholeRole whether the condition selects the sessions of the whole role
 * @param approvalReason why the action requires approval in every mode; null if it does not
 */
record DeniedSessions(
        String role,
        @Nullable String roleArn,
        ObjectNode condition,
        TargetFacts facts,
        List<String> notes,
        List<String> problems,
        boolean wholeRole,
        @Nullable String approvalReason) {
    static final String NEW_SESSIONS = "sessions that start from now on are not denied: isolate the target too";

    /** Returns the condition that selects all sessions that started earlier. */
    static ObjectNode earlierThan(Instant now) {
        return condition(
                "DateLessThan",
                "aws:TokenIssueTime",
                now.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** Returns a condition with one operator and one key. */
    static ObjectNode condition(String operator, String key, String value) {
        ObjectNode condition = JsonNodeFactory.instance.objectNode();
        condition.putObject(operator).put(key, value);
        return condition;
    }
}
