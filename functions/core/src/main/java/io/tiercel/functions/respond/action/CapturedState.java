package io.tiercel.functions.respond.action;

import io.tiercel.functions.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * The state of a target before an action's first write.
 *
 * @param prior the state that releasing restores, as JSON; stored before the first write
 * @param facts the attributes that exclusions check
 * @param approvalReason why the action requires approval on this target in every mode, as a message for operators; null if it
 *     does not
 */
public record CapturedState(
        String prior, TargetFacts facts, @Nullable String approvalReason) {
    private static final int MAX_CHARACTERS = 64 * 1024;

    public CapturedState {
        if (prior.length() > MAX_CHARACTERS) {
            throw ActionException.permanent("the current state of the target has " + prior.length()
                    + " characters and exceeds the limit of " + MAX_CHARACTERS + "; nothing was changed");
        }
    }

    /** Creates a captured state of a target on which the action may run automatically. */
    public CapturedState(String prior, TargetFacts facts) {
        this(prior, facts, null);
    }

    /** Returns this state for an action that requires approval in every mode. */
    public CapturedState requiringApproval(String reason) {
        return new CapturedState(prior, facts, reason);
    }

    /** Creates a captured state from a record, which is stored as JSON. */
    public static CapturedState of(Record prior, TargetFacts facts) {
        return new CapturedState(Json.write(prior), facts);
    }

    /**
     * Parses a stored prior state.
     *
     * @throws ActionException if the JSON does not fit the type
     */
    public static <T> T parse(String prior, Class<T> type) {
        return Json.read(prior, type, ActionException::unreadable);
    }
}
