package io.tiercel.functions.aws;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.secret.HmacSha256;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the setup of docs/deploy-eks.md. Alerts pass through the queues and functions that Terraform creates, to Slack and
 * PagerDuty. The test then acknowledges and resolves the incident.
 */
@Tag("packaged")
class NotificationEndToEndIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String RULE = "Read sensitive file";
    private static final String TOKEN = "xoxb-test-token";
    private static final String ROUTING_KEY = "0123456789abcdef0123456789abcdef";
    private static final String SLACK_SIGNING_SECRET = "Slack signing secret";
    private static final String PAGERDUTY_SECRET = "PagerDuty signing secret";
    private static final List<String> SECRETS = List.of(TOKEN, ROUTING_KEY, SLACK_SIGNING_SECRET, PAGERDUTY_SECRET);

    private static final String CHANNELS = """
        channels:
          soc: {type: slack, token: 'secret:try/token', conversation: %1$s, api: '%2$s/api/'}
          pager: {type: pagerduty, routing-key: 'secret:try/key', service: '%2$s'}
        interact:
          slack-signing-secret: secret:try/signing
          pagerduty-secret: secret:try/subscription
          button-key: secret:try/buttons
        """;

    @TempDir
    Path folder;

    @AfterEach
    void removeLinks() throws Exception {
        TerraformCopy.removeLinks(folder);
    }

    @Test
    void anIncidentHasOneThreadAndOnePageUntilItIsResolved(@TempDir Path code) throws Exception {
        TerraformCopy root = TerraformCopy.withFunctions(folder).initialized(".");
        try (Moto moto = Moto.startOrSkip();
                SlackAndPagerDutyStub services = new SlackAndPagerDutyStub(TOKEN, ROUTING_KEY)) {
            root.variables(variables(moto, services));
            root.apply(moto.environment());
            JsonNode state = root.state(moto.environment());
            assertFalse(SECRETS.stream().anyMatch(state.toString()::contains), "the state contains a secret");

            try (RunningPipeline functions = RunningPipeline.start(
                    TerraformIT.pipeline(state, RunningPipeline.FUNCTIONS), moto, FunctionCode.unpack(code))) {
                alertsOpenAnIncident(functions, services);
                String incident = services.events().getFirst().path("dedup_key").textValue();
                slackAcknowledgesTheIncident(functions, services);
                furtherAlertsDoNotNotifyAgain(functions, services);
                pagerDutyResolvesTheIncident(functions, services, incident);
                assertFalse(SECRETS.stream().anyMatch(functions.log()::contains), "a log contains a secret");
            }
            assertEquals(List.of(), services.rejectedRequests());
            root.destroy(moto.environment());
        }
    }

    private static ObjectNode variables(Moto moto, SlackAndPagerDutyStub services) {
        ObjectNode variables = TerraformCopy.JSON.createObjectNode();
        // Without this, AWS would reject the deletion of the tables.
        ObjectNode settings = variables.putObject("settings");
        settings.putObject("storage").put("deletion_protection", false);
        // The function waits for messages that are due before its timeout. The next update in Slack is due after 30
        // seconds.
        settings.putObject("functions").putObject("notify").put("timeout_s", 30);
        ObjectNode channels = variables.putObject("notifications").putObject("channels");
        channels.put(
                "secret_arn",
                Pipeline.createSecret(
                        moto,
                        "try/channels",
                        CHANNELS.formatted(SlackAndPagerDutyStub.CONVERSATION, services.address())));
        var refersTo = channels.putArray("refers_to");
        Map.of(
                        "token",
                        TOKEN,
                        "key",
                        ROUTING_KEY,
                        "signing",
                        SLACK_SIGNING_SECRET,
                        "subscription",
                        PAGERDUTY_SECRET,
                        "buttons",
                        "any text")
                .forEach((name, text) -> refersTo.add(Pipeline.createSecret(moto, "try/" + name, text)));
        return variables;
    }

    private static void alertsOpenAnIncident(RunningPipeline functions, SlackAndPagerDutyStub services)
            throws Exception {
        for (String id : List.of("a1", "a2", "a1")) {
            functions.send("alerts", SqsEvents.alert(id, RULE));
        }
        functions.drain();
        assertEquals(1, services.posts().size(), services.posts().toString());
        assertFalse(services.posts().getFirst().containsKey("thread_ts"));
        assertTrue(services.posts().getFirst().getOrDefault("text", "").contains(RULE));
        assertEquals(List.of("trigger"), actions(services));
        assertEquals(
                "warning", services.events().getFirst().at("/payload/severity").textValue());
    }

    private static void slackAcknowledgesTheIncident(RunningPipeline functions, SlackAndPagerDutyStub services)
            throws Exception {
        ObjectNode payload = JSON.createObjectNode().put("type", "block_actions");
        payload.putObject("user").put("id", "U012AB3CD");
        payload.putArray("actions").addObject().put("value", button(services));
        String body = "payload=" + URLEncoder.encode(payload.toString(), StandardCharsets.UTF_8);
        String time = Long.toString(Instant.now().getEpochSecond());
        byte[] start = ("v0:" + time + ":").getBytes(StandardCharsets.UTF_8);
        String signature = "v0=" + HmacSha256.hex(SLACK_SIGNING_SECRET, start, body.getBytes(StandardCharsets.UTF_8));
        Map<String, String> headers = Map.of("x-slack-request-timestamp", time, "x-slack-signature", signature);
        assertEquals(401, functions.post("/interact/slack", Map.of("x-slack-request-timestamp", time), body));
        assertEquals(200, functions.post("/interact/slack", headers, body));
        assertEquals(409, functions.post("/interact/slack", headers, body));
        functions.drain();
        awaitRootMessage("acknowledged by slack:U012AB3CD", functions, services);
        assertEquals(List.of("trigger", "acknowledge"), actions(services));
    }

    /**
     * Waits until an edit of the root message contains a text, and returns the message. Slack accepts one message per second, so
     * the schedule delivers faster changes.
     */
    private static String awaitRootMessage(String expected, RunningPipeline functions, SlackAndPagerDutyStub services) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            functions.runSchedule();
                            return services.edits().isEmpty()
                                    ? ""
                                    : services.edits().getLast().getOrDefault("blocks", "");
                        },
                        blocks -> blocks.contains(expected));
    }

    private static String button(SlackAndPagerDutyStub services) throws Exception {
        for (JsonNode block : JSON.readTree(services.posts().getFirst().get("blocks"))) {
            if (block.path("type").asText().equals("actions")) {
                return block.at("/elements/0/value").textValue();
            }
        }
        throw new AssertionError("no message has a button: " + services.posts());
    }

    private static void furtherAlertsDoNotNotifyAgain(RunningPipeline functions, SlackAndPagerDutyStub services)
            throws Exception {
        for (String id : List.of("a3", "a4", "a5")) {
            functions.send("alerts", SqsEvents.alert(id, RULE));
        }
        functions.drain();
        assertEquals(1, rootMessages(services), "further alerts post no second root message");
        assertEquals(List.of("trigger", "acknowledge"), actions(services));
    }

    private static void pagerDutyResolvesTheIncident(
            RunningPipeline functions, SlackAndPagerDutyStub services, String incident) throws Exception {
        ObjectNode event = JSON.createObjectNode()
                .put("id", "e1")
                .put("event_type", "incident.resolved")
                .put("occurred_at", Instant.now().toString());
        event.putObject("agent").put("summary", "Alice");
        event.putObject("data").put("incident_key", incident);
        String body = JSON.createObjectNode().set("event", event).toString();
        String signature = "v1=" + HmacSha256.hex(PAGERDUTY_SECRET, body.getBytes(StandardCharsets.UTF_8));
        assertEquals(200, functions.post("/interact/pagerduty", Map.of("x-pagerduty-signature", signature), body));
        functions.drain();
        assertEquals(List.of("trigger", "acknowledge", "resolve"), actions(services));
        assertTrue(services.events().stream()
                .allMatch(sent -> sent.path("dedup_key").asText().equals(incident)));
        String last = awaitRootMessage("` closed", functions, services);
        assertTrue(last.contains("*Count*\\n`5`"), "the last edit shows the last count: " + last);
        assertEquals(1, rootMessages(services));
        assertTrue(services.edits().stream()
                .allMatch(edit -> Objects.equals(edit.get("ts"), SlackAndPagerDutyStub.ts(0))));
        assertTrue(
                services.posts().stream()
                        .skip(1)
                        .allMatch(reply -> Objects.equals(reply.get("thread_ts"), SlackAndPagerDutyStub.ts(0))),
                services.posts().toString());
    }

    private static long rootMessages(SlackAndPagerDutyStub services) {
        return services.posts().stream()
                .filter(post -> !post.containsKey("thread_ts"))
                .count();
    }

    private static List<String> actions(SlackAndPagerDutyStub services) {
        return services.events().stream()
                .map(event -> event.path("event_action").textValue())
                .toList();
    }
}
