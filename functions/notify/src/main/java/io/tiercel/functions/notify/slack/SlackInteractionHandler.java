package io.tiercel.functions.notify.slack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.interact.ActionRejectedException;
import io.tiercel.functions.interact.HmacButtonSigner;
import io.tiercel.functions.interact.HmacButtonSigner.ButtonClick;
import io.tiercel.functions.interact.IncidentActions;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notify.http.InboundRequest;
import io.tiercel.functions.notify.http.Response;
import io.tiercel.functions.secret.HmacSha256;
import io.tiercel.functions.secret.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Handles button clicks in Slack. A request must be signed with the app's signing secret and not be older than {@link
 * #MAX_AGE}. Each request is processed once.
 *
 * @see <a href="https://docs.slack.dev/authentication/verifying-requests-from-slack">Verifying requests from Slack</a>
 */
public final class SlackInteractionHandler {
    /** The maximum age of a request. */
    public static final Duration MAX_AGE = Duration.ofMinutes(5);

    private static final String FORM_PREFIX = "payload=";
    private static final Pattern USER_ID = Pattern.compile("[UW][A-Z0-9]{2,30}");
    private final Secret signingSecret;
    private final HmacButtonSigner buttons;
    private final Set<String> approvers;
    private final IncidentActions actions;
    private final TokenReplayGuard replayGuard;
    private final SlackReplySender replies;
    private final InstantSource clock;

    public SlackInteractionHandler(
            Secret signingSecret,
            HmacButtonSigner buttons,
            Set<String> approvers,
            IncidentActions actions,
            TokenReplayGuard replayGuard,
            SlackReplySender replies,
            InstantSource clock) {
        this.signingSecret = signingSecret;
        this.buttons = buttons;
        this.approvers = Set.copyOf(approvers);
        this.actions = actions;
        this.replayGuard = replayGuard;
        this.replies = replies;
        this.clock = clock;
    }

    /** Handles a request. */
    public Response handle(InboundRequest request) {
        String signature = request.header("x-slack-signature");
        Instant time = time(request.header("x-slack-request-timestamp"));
        Duration age = Duration.between(time, clock.instant()).abs();
        byte[] prefix = ("v0:" + time.getEpochSecond() + ":").getBytes(StandardCharsets.UTF_8);
        if (age.compareTo(MAX_AGE) > 0
                || !HmacSha256.constantTimeEquals(
                        "v0=" + HmacSha256.hex(signingSecret.value(), prefix, request.body()), signature)) {
            return new Response(401, "the request is not signed by Slack, or it is too old");
        }
        JsonNode payload = payload(request);
        if (!payload.path("type").asText().equals("block_actions")) {
            return Response.OK;
        }
        if (!replayGuard.use("slack:" + signature, time.plus(MAX_AGE).plus(MAX_AGE))) {
            return new Response(409, "the request was already processed");
        }
        replies.reply(payload.path("response_url").asText(), perform(payload));
        return Response.OK;
    }

    private String perform(JsonNode payload) {
        String user = payload.path("user").path("id").asText();
        try {
            if (!USER_ID.matcher(user).matches()) {
                throw new ActionRejectedException("the request names no user");
            }
            ButtonClick click =
                    buttons.verify(payload.path("actions").path(0).path("value").asText());
            String by = "slack:" + user;
            return switch (click.action()) {
                case ACKNOWLEDGE -> actions.acknowledge(click.incidentId(), by);
                case APPROVE -> {
                    requireApprover(user);
                    yield actions.approve(click.incidentId(), click.planId(), by);
                }
                case RELEASE -> {
                    requireApprover(user);
                    yield actions.release(click.incidentId(), by);
                }
            };
        } catch (ActionRejectedException e) {
            return "Rejected: " + e.reason() + ".";
        }
    }

    private void requireApprover(String user) {
        if (!approvers.contains(user)) {
            throw new ActionRejectedException("you are not listed as an approver");
        }
    }

    private static Instant time(String seconds) {
        boolean digits =
                !seconds.isEmpty() && seconds.length() <= 11 && seconds.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Instant.ofEpochSecond(Long.parseLong(seconds)) : Instant.EPOCH;
    }

    private static JsonNode payload(InboundRequest request) {
        String form = new String(request.body(), StandardCharsets.UTF_8);
        if (!form.startsWith(FORM_PREFIX)) {
            return Json.MAPPER.createObjectNode();
        }
        try {
            return Json.MAPPER.readTree(
                    URLDecoder.decode(form.substring(FORM_PREFIX.length()), StandardCharsets.UTF_8));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Json.MAPPER.createObjectNode();
        }
    }
}
