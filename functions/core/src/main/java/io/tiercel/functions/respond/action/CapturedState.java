package io.tiercel.functions.respond.action;

import io.tiercel.functions.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a target before an action's first write.
 *
 * @param parts the parts that the action would change; empty for an action that cannot be undone
 * @param facts the attributes that exclusions check
 * @param approvalReason why the action requires approval on this target in every mode, as a message for operators; null if it
 *     does not
 */
public record CapturedState(
        List<CapturedPart> parts,
        TargetFacts facts,
        @Nullable String approvalReason) {
    public CapturedState {
        parts = List.copyOf(parts);
    }

    /** Creates a captured state of a target on which the action may run automatically. */
    public CapturedState(List<CapturedPart> parts, TargetFacts facts) {
        this(parts, facts, null);
    }

    /** Creates the captured state of an action with one part. */
    public static CapturedState of(CapturedPart part, TargetFacts facts) {
        return new CapturedState(List.of(part), facts, null);
    }

    /** Returns this state for an action that requires approval in every mode. */
    public CapturedState requiringApproval(String reason) {
        return new CapturedState(parts, facts, reason);
    }

    /**
     * Parses a stored state.
     *
     * @throws ActionException if the JSON does not fit the type
     */
    public static <T> T parse(String document, Class<T> type) {
        return Json.read(document, type, ActionException::unreadable);
    }
}
