package io.tiercel.functions.respond.action;

import io.tiercel.functions.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * One part of a target as an action found it, before its first write. A part is what actions change and restore as a whole, such
 * as the security groups of one network interface. Actions of different kinds share a part if they change the same thing.
 *
 * @param key the part, the same for every incident: a type and an identity that the API guarantees, such as {@code
 *     interface/eni-0123456789abcdef0} or {@code pod/UID/labels}. Never a text that a workload chooses. At most 150 characters
 * @param prior the state that the release of the last hold restores, as JSON. Used only if no incident holds the part yet
 * @param request what this step wants of the part, as JSON; at most {@link #MAX_REQUEST} characters
 * @param ours why {@code prior} cannot be a prior state, as a message for operators: it contains a group, label, policy or
 *     annotation of Tiercel. Null if it contains none. Without an existing hold, the step stops with this message
 */
public record CapturedPart(
        String key, String prior, String request, @Nullable String ours) {
    /** Maximum length of a request, in characters. */
    public static final int MAX_REQUEST = 64 * 1024;

    /** A request without parameters: the action has only one way to change the part. */
    public static final String NO_PARAMETERS = "{}";

    /** Creates a part from records, which are stored as JSON. */
    public static CapturedPart of(String key, Record prior, Record request) {
        return new CapturedPart(key, Json.write(prior), Json.write(request), null);
    }

    /** Creates a part of an action that has only one way to change it. */
    public static CapturedPart of(String key, Record prior) {
        return new CapturedPart(key, Json.write(prior), NO_PARAMETERS, null);
    }

    /** Returns this part with the reason why it cannot be a prior state; the same part if the reason is null. */
    public CapturedPart ours(@Nullable String reason) {
        return new CapturedPart(key, prior, request, reason);
    }
}
