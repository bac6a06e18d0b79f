package io.tiercel.functions.interact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.notification.Secret;
import io.tiercel.functions.notification.Signature;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Presses of buttons in Slack. A call is Slack's if it is signed with the app's signing secret and not older than
 * {@link #MAX_AGE}; it is taken once.
 *
 * @see <a href="https://docs.slack.dev/authentication/verifying-requests-from-slack">Verifying requests from Slack</a>
 */
final class SlackCalls {
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    private static final String FORM = "payload=";
    private static final Pattern USER = Pattern.compile("[UW][A-Z0-9]{2,30}");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Secret signingSecret;
    private final SignedButtons buttons;
    private final Set<String> approvers;
    private final Deeds deeds;
    private final UsedTokens used;
    private final SlackReplies replies;
    private final InstantSource clock;

    SlackCalls(
            Secret signingSecret,
            SignedButtons buttons,
            Set<String> approvers,
            Deeds deeds,
            UsedTokens used,
            SlackReplies replies,
            InstantSource clock) {
        this.signingSecret = signingSecret;
        this.buttons = buttons;
        this.approvers = approvers;
        this.deeds = deeds;
        this.used = used;
        this.replies = replies;
        this.clock = clock;
    }

    Answer take(Call call) {
        String signature = call.header("x-slack-signature");
        Instant time = time(call.header("x-slack-request-timestamp"));
        Duration age = Duration.between(time, clock.instant()).abs();
        byte[] start = ("v0:" + time.getEpochSecond() + ":").getBytes(StandardCharsets.UTF_8);
        if (age.compareTo(MAX_AGE) > 0
                || !Signature.equal("v0=" + Signature.of(signingSecret.value(), start, call.body()), signature)) {
            return new Answer(401, "this call is not from Slack, or old");
        }
        JsonNode payload = payload(call);
        if (!payload.path("type").asText().equals("block_actions")) {
            return Answer.TAKEN;
        }
        if (!used.use("slack:" + signature, time.plus(MAX_AGE).plus(MAX_AGE))) {
            return new Answer(409, "this call was taken before");
        }
        replies.say(payload.path("response_url").asText(), done(payload));
        return Answer.TAKEN;
    }

    private String done(JsonNode payload) {
        String user = payload.path("user").path("id").asText();
        try {
            if (!USER.matcher(user).matches()) {
                throw new Refusal("nobody is named");
            }
            SignedButtons.Pressed pressed =
                    buttons.read(payload.path("actions").path(0).path("value").asText());
            String by = "slack:" + user;
            return switch (pressed.wish()) {
                case ACKNOWLEDGE -> deeds.acknowledge(pressed.incidentId(), by);
                case APPROVE -> deeds.approve(pressed.incidentId(), pressed.planId(), approver(by, user));
                case RELEASE -> deeds.release(pressed.incidentId(), approver(by, user));
            };
        } catch (Refusal e) {
            return "Not done: " + e.reason() + ".";
        }
    }

    private String approver(String by, String user) {
        if (!approvers.contains(user)) {
            throw new Refusal("you are not among those who may approve and release");
        }
        return by;
    }

    private static Instant time(String seconds) {
        boolean digits =
                !seconds.isEmpty() && seconds.length() <= 11 && seconds.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Instant.ofEpochSecond(Long.parseLong(seconds)) : Instant.EPOCH;
    }

    private static JsonNode payload(Call call) {
        String form = new String(call.body(), StandardCharsets.UTF_8);
        if (!form.startsWith(FORM)) {
            return JSON.createObjectNode();
        }
        try {
            return JSON.readTree(URLDecoder.decode(form.substring(FORM.length()), StandardCharsets.UTF_8));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return JSON.createObjectNode();
        }
    }
}
