package io.tiercel.functions.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.InMemoryAuditLog;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.interact.IncidentActions;
import io.tiercel.functions.interact.SilenceActions;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.notification.ButtonAction;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.notification.file.InteractionConfig;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.functions.notify.http.InboundRequest;
import io.tiercel.functions.notify.slack.SlackInteractionHandler;
import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.ReleaseOutcome;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.functions.secret.HmacSha256;
import io.tiercel.functions.secret.Secret;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class InteractionEndpointTest {
    private static final String SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
    private static final String PAGERDUTY_SECRET = "pagerduty-secret";
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<String> actions = new ArrayList<>();
    private final List<String> replies = new ArrayList<>();
    private final Tokens tokens = new Tokens();
    private final Set<String> published = new HashSet<>();
    private final InMemoryAuditLog audit = new InMemoryAuditLog();
    private final SingleIncidentStore store = new SingleIncidentStore();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InMemoryStateStore state = new InMemoryStateStore();
    private final ActiveSilences active = new ActiveSilences(List.of(), state, () -> now, line -> {});
    private final Silences silences = new Silences(active, audit, this::publish, () -> now);
    private final InteractionConfig config = new InteractionConfig(
            secret(SLACK_SECRET), secret(PAGERDUTY_SECRET), secret("button key"), HOUR, Set.of("UALICE"));
    private final InteractionEndpoint endpoint = InteractionEndpoint.create(
            config,
            new IncidentActions(
                    store,
                    store,
                    new RecordingResponder(),
                    (incident, by) -> actions.add("close " + incident.id() + " " + by),
                    audit,
                    this::publish,
                    () -> now),
            new SilenceActions(store, silences),
            tokens,
            (url, reply) -> replies.add(reply.text()),
            () -> now);

    InteractionEndpointTest() {
        store.setCount(1);
    }

    /** Publishing the same change again has no effect, as in the real publishers. */
    private void publish(String incidentId, String change) {
        if (published.add(incidentId + " " + change)) {
            actions.add("published");
        }
    }

    private static final class Tokens implements TokenReplayGuard {
        private final Set<String> used = new HashSet<>();
        private boolean fail;

        @Override
        public boolean used(String token) {
            return used.contains(token);
        }

        @Override
        public boolean use(String token, Instant until) {
            if (fail) {
                throw new StoreUnavailable("the store failed", new IllegalStateException());
            }
            return used.add(token);
        }
    }

    private Secret secret(String value) {
        return new Secret("x", () -> value, () -> now);
    }

    private String button(ButtonAction action) {
        return InteractionEndpoint.buttons(config, () -> now)
                .sign(action, "i", "p1")
                .orElseThrow();
    }

    private InboundRequest click(String user, String value) {
        ObjectNode payload = JsonMapper.builder().build().createObjectNode();
        payload.put("type", "block_actions").put("response_url", "https://hooks.slack.com/actions/x");
        payload.putObject("user").put("id", user).put("username", "mallory");
        payload.putArray("actions").addObject().put("action_id", "x").put("value", value);
        return slack("payload=" + URLEncoder.encode(payload.toString(), StandardCharsets.UTF_8), now);
    }

    private static InboundRequest slack(String body, Instant time) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String seconds = Long.toString(time.getEpochSecond());
        String signature =
                HmacSha256.hex(SLACK_SECRET, ("v0:" + seconds + ":").getBytes(StandardCharsets.UTF_8), bytes);
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
                Map.of("x-pagerduty-signature", "v1=00, v1=" + HmacSha256.hex(PAGERDUTY_SECRET, body)),
                body);
    }

    @Test
    void the_signature_example_of_slacks_documentation_is_accepted() {
        // https://docs.slack.dev/authentication/verifying-requests-from-slack
        String body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
                + "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
                + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
                + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        now = Instant.ofEpochSecond(1531420618);
        assertEquals(
                "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
                slack(body, now).header("x-slack-signature"));
        assertEquals(200, endpoint.handle(slack(body, now)).status());
    }

    @Test
    void an_approver_can_approve_and_release() {
        assertEquals(
                200,
                endpoint.handle(click("UALICE", button(ButtonAction.APPROVE))).status());
        assertEquals(
                200,
                endpoint.handle(click("UALICE", button(ButtonAction.RELEASE))).status());
        assertEquals(List.of("approve i p1 slack:UALICE", "published", "release i slack:UALICE", "published"), actions);
        assertEquals(
                List.of(
                        "Approved. The response will be applied.",
                        "Release requested. Parts that others have changed since are left unchanged."),
                replies);
        String auditLines =
                audit.entriesFor("i", 10).stream().map(AuditRecord::line).collect(Collectors.joining());
        assertTrue(auditLines.contains("slack:UALICE"), auditLines);
        assertTrue(auditLines.contains("releases the response"), auditLines);
    }

    @Test
    void other_users_and_invalid_buttons_are_rejected() {
        endpoint.handle(click("UMALLORY", button(ButtonAction.APPROVE)));
        endpoint.handle(click("alice", button(ButtonAction.APPROVE)));
        String valid = button(ButtonAction.APPROVE);
        endpoint.handle(click("UALICE", valid.substring(0, valid.length() - 1) + (valid.endsWith("0") ? "1" : "0")));
        endpoint.handle(click(
                "UALICE", "v1.e30." + HmacSha256.hex("another key", "v1.e30".getBytes(StandardCharsets.UTF_8))));
        endpoint.handle(click("UALICE", ""));
        String expired = button(ButtonAction.APPROVE);
        now = now.plus(HOUR);
        endpoint.handle(click("UALICE", expired));
        assertEquals(List.of(), actions);
        assertEquals(6, replies.size());
        assertTrue(replies.getFirst().contains("not listed as an approver"), replies.toString());
        assertTrue(replies.getLast().contains("expired"), replies.toString());
    }

    @Test
    void unsigned_outdated_and_replayed_requests_have_no_effect() {
        InboundRequest click = click("UALICE", button(ButtonAction.APPROVE));
        assertEquals(200, endpoint.handle(click).status());
        assertEquals(409, endpoint.handle(click).status());
        InboundRequest other = click("UALICE", button(ButtonAction.RELEASE));
        byte[] changed = new String(other.body(), StandardCharsets.UTF_8)
                .replace("UALICE", "UALICF")
                .getBytes(StandardCharsets.UTF_8);
        assertEquals(
                401,
                endpoint.handle(new InboundRequest("POST", other.path(), other.headers(), changed))
                        .status());
        assertEquals(
                401,
                endpoint.handle(new InboundRequest("POST", other.path(), Map.of(), other.body()))
                        .status());
        now = now.plus(SlackInteractionHandler.MAX_AGE).plusSeconds(1);
        assertEquals(401, endpoint.handle(other).status());
        assertEquals(List.of("approve i p1 slack:UALICE", "published"), actions);
        assertEquals(
                405,
                endpoint.handle(new InboundRequest("GET", other.path(), Map.of(), new byte[0]))
                        .status());
        assertEquals(
                404,
                endpoint.handle(new InboundRequest("POST", "/", Map.of(), new byte[0]))
                        .status());
        assertEquals(
                413,
                endpoint.handle(new InboundRequest(
                                "POST", other.path(), Map.of(), new byte[InteractionEndpoint.MAX_BODY_BYTES + 1]))
                        .status());
    }

    @Test
    void any_user_can_acknowledge_and_the_first_acknowledgement_is_kept() {
        endpoint.handle(click("UMALLORY", button(ButtonAction.ACKNOWLEDGE)));
        now = now.plusSeconds(1);
        endpoint.handle(click("UALICE", button(ButtonAction.ACKNOWLEDGE)));
        assertEquals("slack:UMALLORY", store.acknowledgement("i").orElseThrow().by());
        assertEquals(List.of("published"), actions);
    }

    @Test
    void pagerduty_acknowledges_and_resolves_once() {
        InboundRequest request = pagerDuty("e1", "incident.acknowledged", "i", now.toString());
        assertEquals(200, endpoint.handle(request).status());
        assertEquals(200, endpoint.handle(request).status());
        endpoint.handle(pagerDuty("e2", "incident.resolved", "i", now.toString()));
        endpoint.handle(pagerDuty("e3", "incident.resolved", "another-source", now.toString()));
        endpoint.handle(pagerDuty("e4", "incident.triggered", "i", now.toString()));
        assertEquals(
                400,
                endpoint.handle(pagerDuty(
                                "e5",
                                "incident.resolved",
                                "i",
                                now.minus(Duration.ofDays(4)).toString()))
                        .status());
        assertEquals(
                401,
                endpoint.handle(new InboundRequest(
                                "POST", request.path(), Map.of("x-pagerduty-signature", "v1=00"), request.body()))
                        .status());
        assertEquals(List.of("published", "close i pagerduty:Alice"), actions);
        assertEquals("pagerduty:Alice", store.acknowledgement("i").orElseThrow().by());
    }

    /** The store fails after the action took effect, and the sender repeats its request. */
    @Test
    void a_store_error_loses_no_action_and_repeats_none() {
        List<InboundRequest> requests = List.of(
                pagerDuty("e1", "incident.acknowledged", "i", now.toString()),
                pagerDuty("e2", "incident.resolved", "i", now.toString()),
                click("UALICE", button(ButtonAction.APPROVE)));
        for (InboundRequest request : requests) {
            tokens.fail = true;
            assertThrows(StoreUnavailable.class, () -> endpoint.handle(request));
            tokens.fail = false;
            assertEquals(200, endpoint.handle(request).status());
            int acted = actions.size();
            endpoint.handle(request);
            assertEquals(acted, actions.size(), "a replay has no effect");
        }
        assertEquals("pagerduty:Alice", store.acknowledgement("i").orElseThrow().by());
        assertTrue(actions.contains("close i pagerduty:Alice"), actions.toString());
        assertEquals(
                1, actions.stream().filter("published"::equals).count() - published("approved"), actions.toString());
    }

    private long published(String change) {
        return published.stream().filter(text -> text.contains(change)).count();
    }

    @Test
    void pagerduty_events_of_escalation_alerts_concern_the_incident_and_old_ones_do_not_concern_a_new_episode() {
        endpoint.handle(pagerDuty("e1", "incident.acknowledged", "i-e2", now.toString()));
        assertEquals("pagerduty:Alice", store.acknowledgement("i").orElseThrow().by());
        store.setOpenedAt(now.plusSeconds(600));
        endpoint.handle(pagerDuty("e2", "incident.resolved", "i", now.toString()));
        assertEquals(List.of("published"), actions, "the incident has reopened since");
        endpoint.handle(
                pagerDuty("e3", "incident.resolved", "i", now.plusSeconds(590).toString()));
        assertEquals(List.of("published", "close i pagerduty:Alice"), actions);
    }

    @Test
    void unconfigured_paths_return_404_and_unconfigured_buttons_are_omitted() {
        InteractionEndpoint unconfigured = InteractionEndpoint.create(
                InteractionConfig.NONE,
                new IncidentActions(
                        store,
                        store,
                        new RecordingResponder(),
                        (incident, by) -> {},
                        audit,
                        (id, change) -> {},
                        () -> now),
                new SilenceActions(store, silences),
                tokens,
                (url, reply) -> {},
                () -> now);
        assertEquals(
                404,
                unconfigured
                        .handle(click("UALICE", button(ButtonAction.APPROVE)))
                        .status());
        InteractionConfig noApprovers = new InteractionConfig(secret(SLACK_SECRET), null, secret("k"), HOUR, Set.of());
        assertTrue(InteractionEndpoint.buttons(noApprovers, () -> now)
                .sign(ButtonAction.APPROVE, "i", "p")
                .isEmpty());
        assertTrue(InteractionEndpoint.buttons(noApprovers, () -> now)
                .sign(ButtonAction.ACKNOWLEDGE, "i", "")
                .isPresent());
    }

    private final class RecordingResponder implements Responder {
        @Override
        public void respond(String incidentId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ApprovalOutcome approve(String incidentId, String planId, String by) {
            actions.add("approve " + incidentId + " " + planId + " " + by);
            return new ApprovalOutcome.Approved();
        }

        @Override
        public ReleaseOutcome release(String incidentId, String by) {
            actions.add("release " + incidentId + " " + by);
            return ReleaseOutcome.REQUESTED;
        }

        @Override
        public void sweep() {
            throw new UnsupportedOperationException();
        }
    }
}
