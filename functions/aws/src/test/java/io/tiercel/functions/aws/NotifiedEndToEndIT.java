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

/** The setup of docs/deploy-eks.md: an alert passes through the queues and functions that Terraform creates, to Slack and PagerDuty and back. */
@Tag("packaged")
class NotifiedEndToEndIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String RULE = "Read sensitive file";
    private static final String TOKEN = "xoxb-of-the-test";
    private static final String ROUTING_KEY = "0123456789abcdef0123456789abcdef";
    private static final String SIGNING = "what Slack signs with";
    private static final String SUBSCRIPTION = "what PagerDuty signs with";
    private static final List<String> SECRETS = List.of(TOKEN, ROUTING_KEY, SIGNING, SUBSCRIPTION);

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
    void oneThreadAndOnePageFromTheFirstAlertToTheEnd(@TempDir Path code) throws Exception {
        TerraformCopy root = TerraformCopy.in(folder, LambdaProcess.zip()).initialised(".");
        LambdaProcess.unpack(code);
        try (Moto moto = Moto.startOrSkip();
                SlackAndPagerDutyStub people = new SlackAndPagerDutyStub(TOKEN, ROUTING_KEY)) {
            root.variables(variables(moto, people));
            root.apply(moto.environment());
            JsonNode state = root.state(moto.environment());
            assertFalse(SECRETS.stream().anyMatch(state.toString()::contains), "the state holds a secret");

            try (RunningPipeline functions =
                    RunningPipeline.start(TerraformIT.pipeline(state, RunningPipeline.FUNCTIONS), moto, code)) {
                opens(functions, people);
                String incident = people.events().getFirst().path("dedup_key").textValue();
                isAcknowledged(functions, people);
                growsQuietly(functions, people);
                isResolved(functions, people, incident);
                assertFalse(SECRETS.stream().anyMatch(functions.log()::contains), "a log holds a secret");
            }
            assertEquals(List.of(), people.faults());
            root.destroy(moto.environment());
        }
    }

    private static ObjectNode variables(Moto moto, SlackAndPagerDutyStub people) {
        ObjectNode variables = TerraformCopy.JSON.createObjectNode();
        ObjectNode channels = variables.putObject("notifications").putObject("channels");
        channels.put(
                "secret_arn",
                Pipeline.createSecret(
                        moto,
                        "try/channels",
                        CHANNELS.formatted(SlackAndPagerDutyStub.CONVERSATION, people.address())));
        var refersTo = channels.putArray("refers_to");
        Map.of(
                        "token",
                        TOKEN,
                        "key",
                        ROUTING_KEY,
                        "signing",
                        SIGNING,
                        "subscription",
                        SUBSCRIPTION,
                        "buttons",
                        "any text")
                .forEach((name, text) -> refersTo.add(Pipeline.createSecret(moto, "try/" + name, text)));
        return variables;
    }

    private static void opens(RunningPipeline functions, SlackAndPagerDutyStub people) throws Exception {
        for (String id : List.of("a1", "a2", "a1")) {
            functions.send("alerts", SqsEvents.alert(id, RULE));
        }
        functions.drain();
        assertEquals(1, people.posts().size(), people.posts().toString());
        assertFalse(people.posts().getFirst().containsKey("thread_ts"));
        assertTrue(people.posts().getFirst().getOrDefault("text", "").contains(RULE));
        assertEquals(List.of("trigger"), actions(people));
        assertEquals(
                "warning", people.events().getFirst().at("/payload/severity").textValue());
    }

    private static void isAcknowledged(RunningPipeline functions, SlackAndPagerDutyStub people) throws Exception {
        ObjectNode payload = JSON.createObjectNode().put("type", "block_actions");
        payload.putObject("user").put("id", "U012AB3CD");
        payload.putArray("actions").addObject().put("value", button(people));
        String body = "payload=" + URLEncoder.encode(payload.toString(), StandardCharsets.UTF_8);
        String time = Long.toString(Instant.now().getEpochSecond());
        byte[] start = ("v0:" + time + ":").getBytes(StandardCharsets.UTF_8);
        String signature = "v0=" + HmacSha256.hex(SIGNING, start, body.getBytes(StandardCharsets.UTF_8));
        Map<String, String> headers = Map.of("x-slack-request-timestamp", time, "x-slack-signature", signature);
        assertEquals(401, functions.call("/interact/slack", Map.of("x-slack-request-timestamp", time), body));
        assertEquals(200, functions.call("/interact/slack", headers, body));
        assertEquals(409, functions.call("/interact/slack", headers, body));
        functions.drain();
        untilTheRootSays("acknowledged by slack:U012AB3CD", functions, people);
        assertEquals(List.of("trigger", "acknowledge"), actions(people));
    }

    /** Slack accepts one message per second, so the schedule delivers faster changes. Returns the message. */
    private static String untilTheRootSays(String words, RunningPipeline functions, SlackAndPagerDutyStub people) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            functions.minute();
                            return people.edits().isEmpty()
                                    ? ""
                                    : people.edits().getLast().getOrDefault("blocks", "");
                        },
                        blocks -> blocks.contains(words));
    }

    private static String button(SlackAndPagerDutyStub people) throws Exception {
        for (JsonNode block : JSON.readTree(people.posts().getFirst().get("blocks"))) {
            if (block.path("type").asText().equals("actions")) {
                return block.at("/elements/0/value").textValue();
            }
        }
        throw new AssertionError("no button: " + people.posts());
    }

    private static void growsQuietly(RunningPipeline functions, SlackAndPagerDutyStub people) throws Exception {
        for (String id : List.of("a3", "a4", "a5")) {
            functions.send("alerts", SqsEvents.alert(id, RULE));
        }
        functions.drain();
        assertEquals(1, roots(people), "the cause has its message");
        assertEquals(List.of("trigger", "acknowledge"), actions(people));
    }

    private static void isResolved(RunningPipeline functions, SlackAndPagerDutyStub people, String incident)
            throws Exception {
        ObjectNode event = JSON.createObjectNode()
                .put("id", "e1")
                .put("event_type", "incident.resolved")
                .put("occurred_at", Instant.now().toString());
        event.putObject("agent").put("summary", "Alice");
        event.putObject("data").put("incident_key", incident);
        String body = JSON.createObjectNode().set("event", event).toString();
        String signature = "v1=" + HmacSha256.hex(SUBSCRIPTION, body.getBytes(StandardCharsets.UTF_8));
        assertEquals(200, functions.call("/interact/pagerduty", Map.of("x-pagerduty-signature", signature), body));
        functions.drain();
        assertEquals(List.of("trigger", "acknowledge", "resolve"), actions(people));
        assertTrue(people.events().stream()
                .allMatch(sent -> sent.path("dedup_key").asText().equals(incident)));
        String last = untilTheRootSays("` closed", functions, people);
        assertTrue(last.contains("*Count*\\n`5`"), "the last count: " + last);
        assertEquals(1, roots(people));
        assertTrue(
                people.edits().stream().allMatch(edit -> Objects.equals(edit.get("ts"), SlackAndPagerDutyStub.ts(0))));
        assertTrue(
                people.posts().stream()
                        .skip(1)
                        .allMatch(reply -> Objects.equals(reply.get("thread_ts"), SlackAndPagerDutyStub.ts(0))),
                people.posts().toString());
    }

    private static long roots(SlackAndPagerDutyStub people) {
        return people.posts().stream()
                .filter(post -> !post.containsKey("thread_ts"))
                .count();
    }

    private static List<String> actions(SlackAndPagerDutyStub people) {
        return people.events().stream()
                .map(event -> event.path("event_action").textValue())
                .toList();
    }
}
