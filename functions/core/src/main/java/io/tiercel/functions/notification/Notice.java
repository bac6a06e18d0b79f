package io.tiercel.functions.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.incident.Incident;
import java.time.Instant;
import java.util.Optional;

/**
 * What there is to tell about an incident.
 *
 * @param incident the incident as it is
 * @param situation how it stands
 * @param response how the response stands; empty without one
 * @param last what the channel has told before
 * @param now the time of telling
 */
public record Notice(
        Incident incident, Situation situation, Optional<ResponseStatus> response, Announcement last, Instant now) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Whether the channel has not told of the incident yet. */
    public boolean first() {
        return last.sent() == 0;
    }

    /** Whether anything but the count has changed since the channel last told. */
    public boolean changed() {
        return !situation.equals(last.situation());
    }

    /** Whether the count has reached another power of ten since the channel last told. */
    boolean grown() {
        return incident.count() >= PowersOfTen.after(last.announcedCount());
    }

    /** Whether it has opened again since the channel last told. */
    public boolean reopened() {
        return !first() && situation.reopenedSince(last.situation());
    }

    /** Whether it has become more urgent since the channel last told. */
    public boolean escalated() {
        return !first() && situation.escalatedSince(last.situation());
    }

    /** Whether somebody has begun to take care of it since the channel last told. */
    public boolean acknowledged() {
        return !situation.acknowledgedBy().isEmpty()
                && !situation.acknowledgedBy().equals(last.situation().acknowledgedBy());
    }

    /** The words of the first alert of its sample; empty if there are none. */
    public String words() {
        if (incident.sample().isEmpty()) {
            return "";
        }
        try {
            JsonNode alert = JSON.readTree(incident.sample().getFirst());
            return alert.path("message").asText(alert.path("output").asText(""));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored sample is no JSON", e);
        }
    }
}
