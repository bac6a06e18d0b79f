package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.text.Sha256;
import java.util.Optional;

/**
 * What a message about a subject shows now.
 *
 * @param state the state
 * @param count the number of alerts of an incident, or of incidents of a group
 * @param hash identifies everything that the message shows except the count: 32 hexadecimal digits
 * @param urgency {@link NotificationUrgency}
 */
record NotificationContent(NotificationState state, long count, String hash, int urgency) {
    /** The content of a message about a group that has not been read yet. */
    static final NotificationContent UNREAD_GROUP =
            new NotificationContent(NotificationState.NONE, 0, "unread", NotificationUrgency.COUNT_ONLY);

    private static final int HASH_LENGTH = 32;

    /** The content of a message about an incident. */
    static NotificationContent of(
            Incident incident, NotificationState state, Optional<Acknowledgement> acknowledgement) {
        // The name of the operator may be erased later, which is not a change to report. The time identifies the
        // acknowledgement.
        String acknowledged = state.acknowledgedBy().isEmpty()
                ? ""
                : "at " + acknowledgement.map(Acknowledgement::atMillis).orElse(0L);
        return new NotificationContent(
                state,
                incident.count(),
                hash(Json.write(state.acknowledgedBy("")) + acknowledged),
                NotificationUrgency.of(incident.priority(), incident.verified()));
    }

    /**
     * The content of a message about a group.
     *
     * @param exact whether the channel edits its messages, so that they show every count
     */
    static NotificationContent of(GroupSummary group, boolean exact) {
        NotificationState state = NotificationState.of(group);
        String counts = exact ? group.openIncidents() + " " + group.alerts() + " " + group.incidents() : "";
        return new NotificationContent(
                state,
                group.incidents(),
                hash(Json.write(state) + counts),
                NotificationUrgency.of(group.priority(), group.verified()));
    }

    /** Returns the hash of the details of a response that a message shows; empty without a plan that can be approved or released. */
    static String planHash(Optional<ResponseStatus> response) {
        // A preview changes with the policies, which is not a change of the incident.
        return response.filter(status -> !status.planId().isEmpty())
                .map(status -> hash(Json.write(status)))
                .orElse("");
    }

    private static String hash(String text) {
        return Sha256.hex(text).substring(0, HASH_LENGTH);
    }
}
