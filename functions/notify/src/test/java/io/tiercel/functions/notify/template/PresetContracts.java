package io.tiercel.functions.notify.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

/** What the services document about the requests that they accept. Each check fails if a service would reject or misread a request. */
final class PresetContracts {
    private static final Pattern MENTION = Pattern.compile("@(everyone|here|channel|all)|<[!@#]|<users/");

    private PresetContracts() {}

    /** Checks a request to the service of a preset. */
    static void check(String preset, LoggedRequest request) {
        assertEquals("POST", request.getMethod().getName());
        assertTrue(request.getHeader("Content-Type").startsWith("application/json"));
        JsonNode json = TemplateFiles.json(request.getBodyAsString());
        switch (preset) {
            case "discord" -> discord(json);
            case "mattermost" -> mattermost(json);
            case "google-chat" -> googleChat(json, request);
            case "opsgenie" -> opsgenie(json, request);
            case "splunk-hec" -> splunk(json, request);
            default -> throw new AssertionError(preset);
        }
    }

    private static String text(JsonNode node, int min, int max) {
        assertTrue(node.isTextual(), node.toString());
        String text = node.textValue();
        assertTrue(text.length() >= min && text.length() <= max, () -> text.length() + " characters: " + text);
        return text;
    }

    private static void noMentions(String text) {
        assertFalse(MENTION.matcher(text).find(), text);
    }

    private static void discord(JsonNode json) {
        assertEquals("{\"parse\":[]}", json.get("allowed_mentions").toString());
        text(json.get("username"), 1, 80);
        assertTrue(json.path("content").asText().length() <= 2_000);
        assertTrue(json.get("embeds").size() >= 1 && json.get("embeds").size() <= 10);
        int total = 0;
        for (JsonNode embed : json.get("embeds")) {
            total += text(embed.get("title"), 1, 256).length();
            if (embed.has("description")) {
                total += text(embed.get("description"), 1, 4_096).length();
            }
            assertTrue(embed.get("color").isInt() && embed.get("color").intValue() <= 0xFFFFFF);
            java.time.Instant.parse(embed.get("timestamp").textValue());
            assertTrue(embed.get("fields").size() <= 25);
            for (JsonNode field : embed.get("fields")) {
                total += text(field.get("name"), 1, 256).length();
                total += text(field.get("value"), 1, 1_024).length();
            }
        }
        assertTrue(total <= 6_000, total + " characters");
        noMentions(json.toString());
    }

    private static void mattermost(JsonNode json) {
        noMentions(text(json.get("text"), 1, 16_383));
        text(json.get("username"), 1, 64);
    }

    private static void googleChat(JsonNode json, LoggedRequest request) {
        assertTrue(request.getBody().length <= 32_000);
        noMentions(text(json.get("text"), 1, 4_096));
        text(json.at("/thread/threadKey"), 1, 4_000);
        assertEquals(
                "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD",
                request.queryParameter("messageReplyOption").firstValue());
        assertTrue(request.queryParameter("requestId").firstValue().matches("[a-z0-9-]{1,100}"));
        assertEquals("s3cr3t", request.queryParameter("key").firstValue());
    }

    private static void opsgenie(JsonNode json, LoggedRequest request) {
        assertEquals("GenieKey t0ken", request.getHeader("Authorization"));
        String path = request.getUrl();
        if (path.equals("/v2/alerts")) {
            text(json.get("message"), 1, 130);
            text(json.get("alias"), 1, 512);
            text(json.get("description"), 0, 15_000);
            text(json.get("source"), 1, 100);
            assertTrue(Set.of("P1", "P2", "P3", "P4", "P5")
                    .contains(json.get("priority").textValue()));
            assertTrue(json.get("tags").size() <= 20);
            json.get("tags").forEach(tag -> text(tag, 1, 50));
            int details = 0;
            for (var detail : json.path("details").properties()) {
                details += detail.getKey().length()
                        + text(detail.getValue(), 0, 8_000).length();
            }
            assertTrue(details <= 8_000);
        } else {
            assertTrue(
                    path.matches("/v2/alerts/[A-Za-z0-9%._-]{1,512}/(close|acknowledge)\\?identifierType=alias"), path);
            text(json.get("user"), 1, 100);
            text(json.get("source"), 1, 100);
            text(json.get("note"), 1, 25_000);
        }
    }

    private static void splunk(JsonNode json, LoggedRequest request) {
        assertEquals("Splunk t0ken", request.getHeader("Authorization"));
        assertTrue(json.get("time").isIntegralNumber());
        assertTrue(json.get("event").isObject() && !json.get("event").isEmpty());
        text(json.get("source"), 1, 1_000);
        text(json.get("sourcetype"), 1, 1_000);
        Set<String> keys = Set.of("time", "host", "source", "sourcetype", "index", "fields", "event");
        json.fieldNames().forEachRemaining(name -> assertTrue(keys.contains(name), name));
        // The collector's default maximum is 1 MB.
        assertTrue(json.toString().getBytes(StandardCharsets.UTF_8).length < 1_000_000);
    }
}
