package io.tiercel.functions.notify.slack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.interact.ActionRejectedException;
import io.tiercel.functions.interact.HmacButtonSigner;
import io.tiercel.functions.interact.HmacButtonSigner.ButtonClick;
import io.tiercel.functions.interact.IncidentActions;
import io.tiercel.functions.interact.SilenceActions;
import io.tiercel.functions.interact.SilenceOption;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.silence.Silence;
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
 * #MAX_AGE}. It is marked as used after its action took effect, and has no effect afterwards. If a store fails in between, the request may
 * be repeated within its age: an acknowledgement, an approval, a release and a silence have no further effect then.
 *
 * @see <a href="https://docs.slack.dev/authentication/verifying-requests-from-slack">Verifying requests from Slack</a>
 */
public final class SlackInteractionHandler {
    /** The maximum age of a request. */
    public static final Duration MAX_AGE = Duration.ofMinutes(5);

    private static final String FORM_PREFIX = "payload=";
    private static final Pattern USER_ID = Pattern.compile("[UW][A-Z0-9]{2,30}");
    private static final Pattern TIMESTAMP = Pattern.compile("[0-9]{1,12}\\.[0-9]{1,9}");
    private final Secret signingSecret;
    private final HmacButtonSigner buttons;
    private final Set<String> approvers;
    private final IncidentActions actions;
    private final SilenceActions silences;
    private final TokenReplayGuard replayGuard;
    private final SlackReplySender replies;
    private final InstantSource clock;

    public SlackInteractionHandler(
            Secret signingSecret,
            HmacButtonSigner buttons,
            Set<String> approvers,
            IncidentActions actions,
            SilenceActions silences,
            TokenReplayGuard replayGuard,
            SlackReplySender replies,
            InstantSource clock) {
        this.signingSecret = signingSecret;
        this.buttons = buttons;
        this.approvers = Set.copyOf(approvers);
        this.actions = actions;
        this.silences = silences;
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
        String token = "slack:" + signature;
        if (replayGuard.used(token)) {
            return new Response(409, "the request was already processed");
        }
        SlackReply reply = perform(payload);
        // Afterwards, so that another attempt continues if a store fails. Every action may be repeated.
        replayGuard.use(token, time.plus(MAX_AGE).plus(MAX_AGE));
        replies.reply(payload.path("response_url").asText(), reply);
        return Response.OK;
    }

    private SlackReply perform(JsonNode payload) {
        String user = payload.path("user").path("id").asText();
        try {
            if (!USER_ID.matcher(user).matches()) {
                throw new ActionRejectedException("the request names no user");
            }
            String by = "slack:" + user;
            JsonNode action = payload.path("actions").path(0);
            String value = action.path("selected_option")
                    .path("value")
                    .asText(action.path("value").asText());
            if (HmacButtonSigner.isSilence(value)) {
                SilenceOption option = buttons.verifySilence(value);
                requireApprover(user);
                Silence silence = silences.silence(option, by);
                return inThread(payload, SlackSilenceMessage.started(option.incidentId(), silence, buttons));
            }
            ButtonClick click = buttons.verify(value);
            return switch (click.action()) {
                case ACKNOWLEDGE -> SlackReply.toPerson(actions.acknowledge(click.incidentId(), by));
                case APPROVE -> {
                    requireApprover(user);
                    yield SlackReply.toPerson(actions.approve(click.incidentId(), click.planId(), by));
                }
                case RELEASE -> {
                    requireApprover(user);
                    yield SlackReply.toPerson(actions.release(click.incidentId(), by));
                }
                case END_SILENCE -> {
                    requireApprover(user);
                    yield inThread(payload, SlackSilenceMessage.ended(by, silences.end(click.planId(), by)));
                }
            };
        } catch (ActionRejectedException e) {
            return SlackReply.toPerson("Rejected: " + e.reason() + ".");
        }
    }

    /** Returns a reply in the thread of the message that was clicked, or to the person if the request names no message. */
    private static SlackReply inThread(JsonNode payload, SlackMessage message) {
        JsonNode clicked = payload.path("message");
        String thread = clicked.path("thread_ts").asText(clicked.path("ts").asText());
        return new SlackReply(message, TIMESTAMP.matcher(thread).matches() ? thread : null);
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
