package io.tiercel.functions.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.json.Json;
import java.time.Instant;
import java.util.Optional;

/**
 * The content of one notification about an incident, and its difference to the previous one on the same channel.
 *
 * @param incident the current incident
 * @param state the current state
 * @param response the status of the response; empty if there is no response
 * @param previous the channel's record before this notification
 * @param now the current time
 */
public record IncidentNotification(
        Incident incident,
        NotificationState state,
        Optional<ResponseStatus> response,
        NotificationRecord previous,
        Instant now) {
    /** Returns true if this is the channel's first message about the incident. */
    public boolean first() {
        return previous.sent() == 0;
    }

    /** Returns true if anything except the count has changed. */
    public boolean stateChanged() {
        return !state.equals(previous.state());
    }

    /** Returns true if the count has reached another power of ten. */
    public boolean countGrown() {
        return incident.count() >= CountThresholds.nextPowerOfTen(previous.deliveredCount());
    }

    /** Returns true if the incident has been reopened. */
    public boolean reopened() {
        return !first() && state.reopenedSince(previous.state());
    }

    /** Returns true if the first alert of a verified sender has arrived since the previous message. */
    public boolean verified() {
        return !first() && state.verifiedSince(previous.state());
    }

    /** Returns true if the incident has become more urgent. */
    public boolean escalated() {
        return !first() && state.escalatedSince(previous.state());
    }

    /** Returns true if an operator has acknowledged the incident. */
    public boolean acknowledged() {
        return !state.acknowledgedBy().isEmpty()
                && !state.acknowledgedBy().equals(previous.state().acknowledgedBy());
    }

    /** The message of the first sample alert, from a verified sender if there is one; empty if there is no sample. */
    public String message() {
        if (incident.sample().isEmpty()) {
            return "";
        }
        try {
            JsonNode alert = Json.MAPPER.readTree(incident.sample().getFirst());
            return alert.path("message").asText(alert.path("output").asText(""));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored sample is not valid JSON", e);
        }
    }
}
