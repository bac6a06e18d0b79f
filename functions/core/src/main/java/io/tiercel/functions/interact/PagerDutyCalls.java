package io.tiercel.functions.interact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.Secret;
import io.tiercel.functions.notification.Signature;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Webhooks of PagerDuty, version 3: whoever acknowledges an incident there takes care of ours, whoever resolves it closes
 * ours. A call is PagerDuty's if it is signed with the subscription's secret; an event is taken once, and not later than
 * {@link #MAX_AGE}, which is longer than PagerDuty repeats it.
 *
 * @see <a href="https://developer.pagerduty.com/docs/verifying-webhook-signatures">Verifying signatures</a>
 */
final class PagerDutyCalls {
    static final Duration MAX_AGE = Duration.ofDays(3);
    private static final int MAX_NAME = 100;
    private static final int MAX_ID = 200;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Secret secret;
    private final Deeds deeds;
    private final UsedTokens used;
    private final InstantSource clock;

    PagerDutyCalls(Secret secret, Deeds deeds, UsedTokens used, InstantSource clock) {
        this.secret = secret;
        this.deeds = deeds;
        this.used = used;
        this.clock = clock;
    }

    Answer take(Call call) {
        String expected = "v1=" + Signature.of(secret.value(), call.body());
        // Several where the secret is being changed.
        boolean signed = Arrays.stream(call.header("x-pagerduty-signature").split(",", -1))
                .anyMatch(signature -> Signature.equal(signature.strip(), expected));
        if (!signed) {
            return new Answer(401, "this call is not from PagerDuty");
        }
        JsonNode event = event(call.body());
        String id = event.path("id").asText();
        String key = event.path("data").path("incident_key").asText();
        String type = event.path("event_type").asText();
        boolean ours = type.equals("incident.acknowledged") || type.equals("incident.resolved");
        if (!ours || id.isEmpty() || id.length() > MAX_ID || key.isEmpty()) {
            return Answer.TAKEN;
        }
        Optional<Instant> time = time(event.path("occurred_at").asText());
        if (time.isEmpty() || time.get().plus(MAX_AGE).isBefore(clock.instant())) {
            return new Answer(400, "this event is older than " + MAX_AGE.toDays() + " days");
        }
        if (!used.use("pagerduty:" + id, clock.instant().plus(MAX_AGE).plus(MAX_AGE))) {
            return Answer.TAKEN;
        }
        JsonNode agent = event.path("agent");
        String by = "pagerduty:"
                + name(agent.path("summary").asText(agent.path("id").asText("somebody")));
        try {
            if (type.equals("incident.acknowledged")) {
                deeds.acknowledge(key, by);
            } else {
                deeds.close(key, by);
            }
        } catch (Refusal e) {
            // PagerDuty has incidents that are not ours, and keeps them longer than we do.
            return Answer.TAKEN;
        }
        return Answer.TAKEN;
    }

    private static String name(String text) {
        String line = SafeText.oneLine(text);
        return line.length() <= MAX_NAME ? line : line.substring(0, MAX_NAME);
    }

    private static JsonNode event(byte[] body) {
        try {
            return JSON.readTree(new String(body, StandardCharsets.UTF_8)).path("event");
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
