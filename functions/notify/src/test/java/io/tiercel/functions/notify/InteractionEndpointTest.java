package io.tiercel.functions.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.aws.FunctionUrl;
import io.tiercel.functions.interact.IncidentActions;
import io.tiercel.functions.notify.http.InboundRequest;
import io.tiercel.functions.notify.http.Response;
import io.tiercel.functions.notify.slack.SlackInteractionHandler;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.MemoryAuditLog;
import io.tiercel.functions.notification.ButtonAction;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.secret.Secret;
import io.tiercel.functions.secret.HmacSha256;
import io.tiercel.functions.notification.file.InteractionConfig;
import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.Responder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class InteractionEndpointTest {
    private static final String SIGNING = "8f742231b10e8888abcd99yyyzzz85a5";
    private static final String PAGER = "pagerduty-secret";
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<String> done = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final Set<String> usedTokens = new HashSet<>();
    private final MemoryAuditLog audit = new MemoryAuditLog();
    private final SingleIncidentStore known = new SingleIncidentStore();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InteractionConfig spec =
            new InteractionConfig(secret(SIGNING), secret(PAGER), secret("button key"), HOUR, Set.of("UALICE"));
    private final InteractionEndpoint door = InteractionEndpoint.of(
            spec,
            new IncidentActions(
                    known.incidents(),
                    known.listRecords(),
                    new Recording(),
                    (incident, by) -> done.add("close " + incident.id() + " " + by),
                    audit,
                    id -> done.add("bell"),
                    () -> now),
            (token, until) -> usedTokens.add(token),
            (url, text) -> said.add(text),
            () -> now);

    private Secret secret(String value) {
        return new Secret("x", () -> value, () -> now);
    }

    private String button(ButtonAction wish) {
        return InteractionEndpoint.buttons(spec, () -> now).value(wish, "i", "p1").orElseThrow();
    }

    private InboundRequest press(String user, String value) {
        ObjectNode payload = JsonMapper.builder().build().createObjectNode();
        payload.put("type", "block_actions").put("response_url", "https://hooks.slack.com/actions/x");
        payload.putObject("user").put("id", user).put("username", "mallory");
        payload.putArray("actions").addObject().put("action_id", "x").put("value", value);
        return slack("payload=" + URLEncoder.encode(payload.toString(), StandardCharsets.UTF_8), now);
    }

    private static InboundRequest slack(String body, Instant time) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String seconds = Long.toString(time.getEpochSecond());
        String signature = HmacSha256.hex(SIGNING, ("v0:" + seconds + ":").getBytes(StandardCharsets.UTF_8), bytes);
        return new InboundRequest(
                "POST",
                "/interact/slack",
                Map.of("x-slack-request-timestamp", seconds, "x-slack-signature", "v0=" + signature),
                bytes);
    }

    private static InboundRequest pagerDuty(String id, String type, String key, String time) {
        byte[] body = ("{\"event\":{\"id\":\"" + id + "\",\"event_type\":\"" + type + "\",\"occurred_at\":\"" + time
                        + "\",\"agent\":{\"id\":\"P1\",\"summary\":\"Alice\"},\"data\":{\"type\":\"incident\",\"incident_key\":\""
                        + key + "\"}}}")
                .getBytes(StandardCharsets.UTF_8);
        return new InboundRequest(
                "POST",
                "/interact/pagerduty",
                Map.of("x-pagerduty-signature", "v1=00, v1=" + HmacSha256.hex(PAGER, body)),
                body);
    }

    @Test
    void slacks_own_example_of_a_signature_is_right() {
        // https://docs.slack.dev/authentication/verifying-requests-from-slack
        String body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
                + "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
                + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
                + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        now = Instant.ofEpochSecond(1531420618);
        assertEquals(
                "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
                slack(body, now).header("x-slack-signature"));
        assertEquals(200, door.take(slack(body, now)).status());
    }

    @Test
    void whoever_may_approve_approves_and_releases() {
        assertEquals(200, door.take(press("UALICE", button(ButtonAction.APPROVE))).status());
        assertEquals(200, door.take(press("UALICE", button(ButtonAction.RELEASE))).status());
        assertEquals(List.of("approve i p1 slack:UALICE", "bell", "release i slack:UALICE", "bell"), done);
        assertEquals(
                List.of("Approved: the response is carried out.", "Released, as far as nothing else has changed it."),
                said);
        String written = audit.about("i", 10).stream().map(AuditRecord::line).collect(Collectors.joining());
        assertTrue(written.contains("slack:UALICE"), written);
        assertTrue(written.contains("approves the response") && written.contains("releases what was"), written);
    }

    @Test
    void nobody_else_does() {
        door.take(press("UMALLORY", button(ButtonAction.APPROVE)));
        door.take(press("alice", button(ButtonAction.APPROVE)));
        String good = button(ButtonAction.APPROVE);
        door.take(press("UALICE", good.substring(0, good.length() - 1) + (good.endsWith("0") ? "1" : "0")));
        door.take(press("UALICE", "v1.e30." + HmacSha256.hex("another key", "v1.e30".getBytes(StandardCharsets.UTF_8))));
        door.take(press("UALICE", ""));
        String old = button(ButtonAction.APPROVE);
        now = now.plus(HOUR);
        door.take(press("UALICE", old));
        assertEquals(List.of(), done);
        assertEquals(6, said.size());
        assertTrue(said.getFirst().contains("not among those"), said.toString());
        assertTrue(said.getLast().contains("expired"), said.toString());
    }

    @Test
    void a_call_that_is_not_slacks_or_old_or_was_taken_does_nothing() {
        InboundRequest press = press("UALICE", button(ButtonAction.APPROVE));
        assertEquals(200, door.take(press).status());
        assertEquals(409, door.take(press).status());
        InboundRequest other = press("UALICE", button(ButtonAction.RELEASE));
        byte[] changed = new String(other.body(), StandardCharsets.UTF_8)
                .replace("UALICE", "UALICF")
                .getBytes(StandardCharsets.UTF_8);
        assertEquals(
                401,
                door.take(new InboundRequest("POST", other.path(), other.headers(), changed))
                        .status());
        assertEquals(
                401,
                door.take(new InboundRequest("POST", other.path(), Map.of(), other.body()))
                        .status());
        now = now.plus(SlackInteractionHandler.MAX_AGE).plusSeconds(1);
        assertEquals(401, door.take(other).status());
        assertEquals(List.of("approve i p1 slack:UALICE", "bell"), done);
        assertEquals(
                405,
                door.take(new InboundRequest("GET", other.path(), Map.of(), new byte[0])).status());
        assertEquals(
                404, door.take(new InboundRequest("POST", "/", Map.of(), new byte[0])).status());
        assertEquals(
                413,
                door.take(new InboundRequest("POST", other.path(), Map.of(), new byte[InteractionEndpoint.MAX_BYTES + 1]))
                        .status());
    }

    @Test
    void anybody_may_take_care_and_the_first_does() {
        door.take(press("UMALLORY", button(ButtonAction.ACKNOWLEDGE)));
        now = now.plusSeconds(1);
        door.take(press("UALICE", button(ButtonAction.ACKNOWLEDGE)));
        assertEquals(
                "slack:UMALLORY",
                known.listRecords().acknowledgement("i").orElseThrow().by());
        assertEquals(List.of("bell"), done);
    }

    @Test
    void pagerduty_acknowledges_and_resolves_once() {
        InboundRequest taken = pagerDuty("e1", "incident.acknowledged", "i", now.toString());
        assertEquals(200, door.take(taken).status());
        assertEquals(200, door.take(taken).status());
        door.take(pagerDuty("e2", "incident.resolved", "i", now.toString()));
        door.take(pagerDuty("e3", "incident.resolved", "of somebody else", now.toString()));
        door.take(pagerDuty("e4", "incident.triggered", "i", now.toString()));
        assertEquals(
                400,
                door.take(pagerDuty(
                                "e5",
                                "incident.resolved",
                                "i",
                                now.minus(Duration.ofDays(4)).toString()))
                        .status());
        assertEquals(
                401,
                door.take(new InboundRequest("POST", taken.path(), Map.of("x-pagerduty-signature", "v1=00"), taken.body()))
                        .status());
        assertEquals(List.of("bell", "close i pagerduty:Alice"), done);
        assertEquals(
                "pagerduty:Alice",
                known.listRecords().acknowledgement("i").orElseThrow().by());
    }

    @Test
    void what_is_not_configured_is_not_there() {
        InteractionEndpoint closed = InteractionEndpoint.of(
                InteractionConfig.NONE,
                new IncidentActions(
                        known.incidents(),
                        known.listRecords(),
                        new Recording(),
                        (incident, by) -> {},
                        audit,
                        id -> {},
                        () -> now),
                (token, until) -> true,
                (url, text) -> {},
                () -> now);
        assertEquals(404, closed.take(press("UALICE", button(ButtonAction.APPROVE))).status());
        InteractionConfig nobody = new InteractionConfig(secret(SIGNING), null, secret("k"), HOUR, Set.of());
        assertTrue(InteractionEndpoint.buttons(nobody, () -> now)
                .value(ButtonAction.APPROVE, "i", "p")
                .isEmpty());
        assertTrue(InteractionEndpoint.buttons(nobody, () -> now)
                .value(ButtonAction.ACKNOWLEDGE, "i", "")
                .isPresent());
    }

    @Test
    void a_function_url_passes_calls_on() throws Exception {
        InboundRequest call = FunctionUrl.call(JsonMapper.builder().build().readTree("""
                {"version":"2.0","rawPath":"/interact/slack","headers":{"X-Slack-Signature":"v0=1"},
                 "requestContext":{"http":{"method":"POST","path":"/interact/slack"}},
                 "body":"cGF5bG9hZD0x","isBase64Encoded":true}"""));
        assertEquals("POST /interact/slack", call.method() + " " + call.path());
        assertEquals("v0=1", call.header("x-slack-signature"));
        assertEquals("payload=1", new String(call.body(), StandardCharsets.UTF_8));
        assertEquals(
                "{\"statusCode\":401,\"headers\":{\"content-type\":\"text/plain; charset=utf-8\"},\"body\":\"no\"}",
                JsonMapper.builder().build().writeValueAsString(FunctionUrl.response(new Response(401, "no"))));
        assertEquals(404, door.take(FunctionUrl.call(null)).status());
    }

    private final class Recording implements Responder {
        @Override
        public void respond(String incidentId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ApprovalOutcome approve(String incidentId, String planId, String by) {
            done.add("approve " + incidentId + " " + planId + " " + by);
            return new ApprovalOutcome.Approved();
        }

        @Override
        public void release(String incidentId, String by) {
            done.add("release " + incidentId + " " + by);
        }

        @Override
        public void sweep() {
            throw new UnsupportedOperationException();
        }
    }
}
