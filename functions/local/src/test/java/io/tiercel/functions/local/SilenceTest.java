package io.tiercel.functions.local;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.SecretFile;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.secret.HmacSha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Silences through the entrances of a server: HTTP, the notification file and Slack. */
@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = SilenceTest.Resources.class, restrictToAnnotatedClass = true)
class SilenceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TOKEN = "0123456789abcdef0123";
    private static final String SIGNING_SECRET = "signing secret";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final WireMockServer SLACK =
            new WireMockServer(wireMockConfig().dynamicPort());

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI server;

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> send(String method, String path, String body, String token) throws Exception {
        // Not resolve, for which //silences is the name of a host.
        URI address = URI.create("http://" + server.getAuthority() + path);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).method(method, HttpRequest.BodyPublishers.ofString(body));
        return http.send(
                (token.isEmpty() ? request : request.header("Authorization", "Bearer " + token)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode get(String path) throws Exception {
        return JSON.readTree(send("GET", path, "", TOKEN).body());
    }

    private String silence(String when, String duration) throws Exception {
        HttpResponse<String> added = send(
                "POST",
                "/silences",
                "{\"when\":\"%s\",\"reason\":\"test\",\"for\":\"%s\",\"by\":\"alice\"}".formatted(when, duration),
                TOKEN);
        assertEquals(201, added.statusCode(), added.body());
        return JSON.readTree(added.body()).get("id").asText();
    }

    private String alert(String id, String rule) throws Exception {
        assertEquals(202, send("POST", "/alerts", Alerts.json(id, rule, 1), "").statusCode());
        await().atMost(PATIENCE).until(() -> get("/incidents?rule=" + rule).size() == 1);
        return get("/incidents?rule=" + rule).at("/0/id").asText();
    }

    private static List<LoggedRequest> posts(String rule) {
        return SLACK.findAll(
                postRequestedFor(urlEqualTo("/api/chat.postMessage")).withRequestBody(containing(rule)));
    }

    @Test
    void a_silence_withholds_messages_and_its_end_delivers_them() throws Exception {
        String silence = silence("incident.rule = SilencedRule", "1h");
        String incident = alert("s/1", "SilencedRule");
        await().atMost(PATIENCE)
                .until(() -> get("/silences").findValuesAsText("id").contains(silence)
                        && status(silence).get("incidents").asInt() == 1);
        alert("s/2", "LoudRule");
        await().atMost(PATIENCE).until(() -> posts("LoudRule").size() == 1);
        assertEquals(List.of(), posts("SilencedRule"), "the other incident came later and was delivered");
        assertEquals(silence, get("/incidents/" + incident).at("/silencedBy/id").asText());
        assertEquals(1, get("/incidents/" + incident).get("count").asInt(), "it is counted");
        String metrics = send("GET", "/metrics", "", TOKEN).body();
        assertTrue(metrics.lines().anyMatch(line -> line.matches("tiercel_silences_active [1-9].*")), metrics);
        assertTrue(metrics.lines().anyMatch(line -> line.matches("tiercel_incidents_silenced [1-9].*")), metrics);

        assertEquals(
                200,
                send("DELETE", "/silences/" + silence + "?by=bob", "", TOKEN).statusCode());
        await().atMost(PATIENCE).until(() -> posts("SilencedRule").size() == 1);
        assertTrue(get("/incidents/" + incident).get("silencedBy").isNull());
        assertEquals(404, send("DELETE", "/silences/" + silence, "", TOKEN).statusCode());
    }

    @Test
    void an_incident_is_notified_when_the_time_of_its_silence_has_passed() throws Exception {
        String silence = silence("incident.rule = ShortRule", "4s");
        Instant until = Instant.parse(status(silence).get("until").asText());
        String incident = alert("t/1", "ShortRule");
        assertEquals(silence, get("/incidents/" + incident).at("/silencedBy/id").asText());
        await().atMost(PATIENCE).until(() -> posts("ShortRule").size() == 1);
        assertTrue(Instant.now().isAfter(until), "not earlier");
    }

    private JsonNode status(String id) throws Exception {
        for (JsonNode silence : get("/silences")) {
            if (silence.get("id").asText().equals(id)) {
                return silence;
            }
        }
        throw new AssertionError("no silence " + id);
    }

    @Test
    void silences_of_the_file_apply_and_cannot_be_ended() throws Exception {
        JsonNode inFile = null;
        for (JsonNode silence : get("/silences")) {
            inFile = silence.get("source").asText().equals("file") ? silence : inFile;
        }
        assertTrue(inFile != null && inFile.get("owner").asText().equals("platform team"));
        String id = inFile.get("id").asText();
        String incident = alert("f/1", "FileRule");
        assertEquals(id, get("/incidents/" + incident).at("/silencedBy/id").asText());
        HttpResponse<String> rejected = send("DELETE", "/silences/" + id, "", TOKEN);
        assertEquals(400, rejected.statusCode());
        assertTrue(rejected.body().contains("remove it there"), rejected.body());
        alert("f/2", "LaterRule");
        await().atMost(PATIENCE).until(() -> posts("LaterRule").size() == 1);
        assertEquals(List.of(), posts("FileRule"));
    }

    @Test
    void changes_need_the_token_in_every_spelling_of_the_path() throws Exception {
        int before = get("/silences").size();
        String valid = "{\"when\":\"incident.rule = X\",\"reason\":\"r\",\"for\":\"1h\"}";
        for (String path : List.of("/silences", "/silences/", "//silences", "/./silences", "/silences?x=1")) {
            for (String token : List.of("", "wrong", TOKEN.substring(1))) {
                int status = send("POST", path, valid, token).statusCode();
                assertTrue(status == 401 || status == 404 || status == 405, path + " " + status);
                int ended = send("DELETE", path + "/x", "", token).statusCode();
                assertTrue(ended == 401 || ended == 404 || ended == 405, path + " " + ended);
            }
        }
        assertEquals(401, send("POST", "/silences", valid, "").statusCode());
        assertEquals(before, get("/silences").size());
    }

    @Test
    void invalid_requests_are_rejected_with_the_correction() throws Exception {
        for (List<String> wrong : List.of(
                List.of("", "it is not an object"),
                List.of("[]", "it is not an object"),
                List.of("{", "not JSON"),
                List.of("{} {}", "not JSON"),
                List.of("[".repeat(8_000), "not JSON"),
                List.of("{\"wen\":\"x\"}", "unknown key \\\"wen\\\"; use all, by, for"),
                List.of("{\"when\":1}", "when: it is not a text"),
                List.of("{\"when\":\"incident.rule = X\",\"reason\":\"r\"}", "specify either until or for"),
                List.of("{\"when\":\"incident.rule = X\",\"for\":\"1h\"}", "reason: the text is missing"),
                List.of("{\"when\":\"incident.rule = X\",\"reason\":\"r\",\"for\":\"31d\"}", "at most 30 days"),
                List.of(
                        "{\"when\":\"incident.count > 0\",\"reason\":\"r\",\"for\":\"1h\"}",
                        "every rule at every priority"),
                List.of(
                        "{\"when\":\"incident.rule = X\",\"reason\":\"r\",\"for\":\"1h\",\"all\":\"yes\"}",
                        "write true or false"),
                List.of(
                        "{\"when\":\"proc.name regex \\\"(\\\"\",\"reason\":\"r\",\"for\":\"1h\"}",
                        "invalid condition"),
                List.of(
                        "{\"when\":\"" + "(".repeat(1_999) + "\",\"reason\":\"r\",\"for\":\"1h\"}",
                        "invalid condition"),
                List.of(
                        "{\"when\":\"" + "x".repeat(2_001) + "\",\"reason\":\"r\",\"for\":\"1h\"}",
                        "2001 characters"))) {
            HttpResponse<String> response = send("POST", "/silences", wrong.get(0), TOKEN);
            assertEquals(400, response.statusCode(), wrong.get(0));
            assertTrue(response.body().contains(wrong.get(1)), response.body());
        }
        assertEquals(
                413,
                send("POST", "/silences", "{\"when\":\"" + "x".repeat(60 * 1024) + "\"}", TOKEN)
                        .statusCode());
    }

    @Test
    void an_approver_silences_an_incident_in_slack_until_it_escalates() throws Exception {
        String incident = alert("k/1", "SlackRule");
        await().atMost(PATIENCE).until(() -> posts("SlackRule").size() == 1);
        JsonNode menu = menu(posts("SlackRule").getFirst());
        assertEquals("Silence for 1 hour", menu.at("/options/0/text/text").asText());
        String value = menu.at("/options/0/value").asText();
        choose("U0MALLORY", value);
        assertFalse(get("/silences").findValuesAsText("createdBy").contains("slack:U0MALLORY"));
        choose("U012AB3CD", value.substring(0, value.length() - 1) + (value.endsWith("0") ? "1" : "0"));
        assertTrue(get("/incidents/" + incident).get("silencedBy").isNull());

        choose("U012AB3CD", value);
        JsonNode silence = get("/incidents/" + incident).get("silencedBy");
        assertEquals("slack:U012AB3CD", silence.get("createdBy").asText());
        Duration length = Duration.between(
                Instant.now(), Instant.parse(silence.get("until").asText()));
        assertTrue(length.toMinutes() >= 58 && length.toMinutes() <= 60, length.toString());
        String audit = get("/incidents/" + incident).get("audit").toString();
        assertTrue(audit.contains("slack:U012AB3CD") && audit.contains("silences notifications"), audit);

        String urgent = Alerts.json("k/2", "SlackRule", 2).replace("Warning", "Critical");
        assertEquals(202, send("POST", "/alerts", urgent, "").statusCode());
        await().atMost(PATIENCE)
                .until(() -> get("/incidents/" + incident).get("silencedBy").isNull());
        await().atMost(PATIENCE)
                .until(() -> !SLACK.findAll(postRequestedFor(urlEqualTo("/api/chat.update"))
                                .withRequestBody(containing("Critical")))
                        .isEmpty());
    }

    private static JsonNode menu(LoggedRequest post) throws Exception {
        for (JsonNode block : JSON.readTree(post.formParameter("blocks").firstValue())) {
            for (JsonNode element : block.path("elements")) {
                if (element.path("type").asText().equals("static_select")) {
                    return element;
                }
            }
        }
        throw new AssertionError("the message has no menu");
    }

    private void choose(String user, String value) throws Exception {
        ObjectNode payload = JSON.createObjectNode().put("type", "block_actions");
        payload.putObject("user").put("id", user);
        payload.putObject("message").put("ts", "1.5");
        payload.putArray("actions").addObject().putObject("selected_option").put("value", value);
        String body = "payload=" + URLEncoder.encode(payload.toString(), StandardCharsets.UTF_8);
        String time = Long.toString(Instant.now().getEpochSecond());
        byte[] start = ("v0:" + time + ":").getBytes(StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/interact/slack"))
                .header("X-Slack-Request-Timestamp", time)
                .header(
                        "X-Slack-Signature",
                        "v0=" + HmacSha256.hex(SIGNING_SECRET, start, body.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        assertEquals(
                200, http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
    }

    public static final class Resources implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            SLACK.start();
            SLACK.stubFor(post("/api/chat.postMessage").willReturn(okJson("""
                    {"ok":true,"channel":"C1","ts":"1.5","message":{"text":"x"}}""")));
            SLACK.stubFor(post("/api/chat.update").willReturn(okJson("""
                    {"ok":true,"channel":"C1","ts":"1.5"}""")));
            try {
                Path folder = Files.createTempDirectory(Path.of("target"), "silences");
                SecretFile.write(folder.resolve("token"), "xoxb-1");
                SecretFile.write(folder.resolve("signing"), SIGNING_SECRET);
                SecretFile.write(folder.resolve("key"), "0123456789abcdef0123456789abcdef");
                Path configuration = Files.writeString(folder.resolve("notifications.yaml"), """
                        channels:
                          soc: {type: slack, token: 'file:%1$s/token', conversation: C1, api: 'http://127.0.0.1:%2$d/api/'}
                        silences:
                          - silence: the rule of the file
                            when: incident.rule = FileRule
                            reason: accepted until the migration ends
                            owner: platform team
                            until: %3$s
                        interact:
                          slack-signing-secret: 'file:%1$s/signing'
                          button-key: 'file:%1$s/key'
                          approvers: [U012AB3CD]
                        """.formatted(
                        folder.toAbsolutePath(), SLACK.port(), Instant.now().plus(Duration.ofDays(300))));
                return Map.of(
                        "tiercel.data", folder.resolve("data").toString(),
                        "tiercel.token", TOKEN,
                        "tiercel.notifications", configuration.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            SLACK.stop();
        }
    }
}
