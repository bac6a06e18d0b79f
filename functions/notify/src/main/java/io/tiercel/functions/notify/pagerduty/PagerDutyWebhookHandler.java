package io.tiercel.functions.notify.pagerduty;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.interact.ActionRejectedException;
import io.tiercel.functions.interact.IncidentActions;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notify.http.InboundRequest;
import io.tiercel.functions.notify.http.Response;
import io.tiercel.functions.secret.HmacSha256;
import io.tiercel.functions.secret.Secret;
import io.tiercel.rules.text.TextLimit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Handles PagerDuty's webhooks, version 3: acknowledging a PagerDuty incident acknowledges ours, and resolving it closes ours.
 *
 * <p>A request must be signed with the secret of the webhook subscription, and not be older than {@link #MAX_AGE}. PagerDuty stops its
 * retries earlier. An event is marked as used after its action took effect, so a failure in between loses nothing. Both actions have no
 * further effect if they are repeated, and none after the incident has reopened.
 *
 * @see <a href="https://developer.pagerduty.com/docs/verifying-webhook-signatures">Verifying signatures</a>
 */
public final class PagerDutyWebhookHandler {
    /** The maximum age of an event. */
    public static final Duration MAX_AGE = Duration.ofDays(3);

    private static final int MAX_NAME_LENGTH = 100;
    private static final int MAX_ID_LENGTH = 200;
    private final Secret secret;
    private final IncidentActions actions;
    private final TokenReplayGuard replayGuard;
    private final InstantSource clock;

    public PagerDutyWebhookHandler(
            Secret secret, IncidentActions actions, TokenReplayGuard replayGuard, InstantSource clock) {
        this.secret = secret;
        this.actions = actions;
        this.replayGuard = replayGuard;
        this.clock = clock;
    }

    /** Handles a request. */
    public Response handle(InboundRequest request) {
        String expected = "v1=" + HmacSha256.hex(secret.value(), request.body());
        // PagerDuty sends several signatures while its secret is being rotated.
        boolean signed = Arrays.stream(request.header("x-pagerduty-signature").split(",", -1))
                .anyMatch(signature -> HmacSha256.constantTimeEquals(signature.strip(), expected));
        if (!signed) {
            return new Response(401, "the request is not signed by PagerDuty");
        }
        JsonNode event = event(request.body());
        String id = event.path("id").asText();
        String incidentId =
                AlertKeys.incidentId(event.path("data").path("incident_key").asText());
        String type = event.path("event_type").asText();
        boolean supported = type.equals("incident.acknowledged") || type.equals("incident.resolved");
        if (!supported || id.isEmpty() || id.length() > MAX_ID_LENGTH || incidentId.isEmpty()) {
            return Response.OK;
        }
        Optional<Instant> time = time(event.path("occurred_at").asText());
        if (time.isEmpty() || time.get().plus(MAX_AGE).isBefore(clock.instant())) {
            return new Response(400, "the event is older than " + MAX_AGE.toDays() + " days");
        }
        JsonNode agent = event.path("agent");
        String by = "pagerduty:"
                + name(agent.path("summary").asText(agent.path("id").asText("unknown")));
        String token = "pagerduty:" + id;
        if (replayGuard.used(token)) {
            return Response.OK;
        }
        try {
            if (type.equals("incident.acknowledged")) {
                actions.acknowledge(incidentId, by, time.get());
            } else {
                actions.close(incidentId, by, time.get());
            }
        } catch (ActionRejectedException e) {
            // PagerDuty also has incidents from other sources, and keeps incidents longer than we do.
        }
        // Afterwards, so that PagerDuty's next attempt continues if a store fails. Both actions may be repeated.
        replayGuard.use(token, clock.instant().plus(MAX_AGE).plus(MAX_AGE));
        return Response.OK;
    }

    private static String name(String text) {
        return TextLimit.cut(SafeText.oneLine(text), MAX_NAME_LENGTH);
    }

    private static JsonNode event(byte[] body) {
        try {
            return Json.MAPPER
                    .readTree(new String(body, StandardCharsets.UTF_8))
                    .path("event");
        } catch (JsonProcessingException e) {
            return Json.MAPPER.createObjectNode();
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
