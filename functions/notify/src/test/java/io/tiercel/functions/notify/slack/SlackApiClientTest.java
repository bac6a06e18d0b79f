package io.tiercel.functions.notify.slack;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.tiercel.functions.notify.slack.SlackApi.Result;
import io.tiercel.functions.secret.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("unit")
class SlackApiClientTest {
    private static final SlackMessage MESSAGE = new SlackMessage(
            "Warning: a shell",
            JsonNodeFactory.instance
                    .arrayNode()
                    .add(JsonNodeFactory.instance.objectNode().put("type", "divider")));

    @RegisterExtension
    static final WireMockExtension SLACK = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private final SlackApiClient client = new SlackApiClient(
            new Secret("env:TOKEN", () -> "xoxb-hunter2", InstantSource.system()),
            URI.create("http://127.0.0.1:" + SLACK.getPort() + "/api/"));

    @AfterEach
    void close() {
        client.close();
    }

    private static void stubResponse(String method, String json) {
        SLACK.stubFor(post("/api/" + method).willReturn(okJson(json)));
    }

    private static LoggedRequest request(String method) {
        return SLACK.findAll(postRequestedFor(urlEqualTo("/api/" + method))).getLast();
    }

    private static String form(LoggedRequest request, String name) {
        return request.formParameter(name).firstValue();
    }

    @Test
    void a_root_message_is_posted_with_its_metadata() {
        stubResponse("chat.postMessage", """
                {"ok":true,"channel":"C1","ts":"1.5","message":{"text":"x"}}""");
        assertEquals(new Result.Ok("C1", "1.5", null), client.post("#soc", null, false, "i", MESSAGE));
        LoggedRequest request = request("chat.postMessage");
        assertEquals("Bearer xoxb-hunter2", request.getHeader("Authorization"));
        assertEquals("#soc", form(request, "channel"));
        assertEquals("Warning: a shell", form(request, "text"));
        assertEquals("[{\"type\":\"divider\"}]", form(request, "blocks"));
        assertEquals(
                "{\"event_type\":\"tiercel_incident\",\"event_payload\":{\"incident_id\":\"i\"}}",
                form(request, "metadata"));
        assertFalse(request.formParameter("thread_ts").isPresent());
    }

    @Test
    void a_reply_names_its_thread_and_detects_a_deleted_root() {
        stubResponse("chat.postMessage", """
                {"ok":true,"channel":"C1","ts":"2.5","message":{"text":"x","thread_ts":"1.5"}}""");
        assertEquals(new Result.Ok("C1", "2.5", "1.5"), client.post("C1", "1.5", true, "i", MESSAGE));
        assertEquals("1.5", form(request("chat.postMessage"), "thread_ts"));
        stubResponse("chat.postMessage", """
                {"ok":true,"channel":"C1","ts":"3.5","message":{"text":"x"}}""");
        assertEquals(new Result.Ok("C1", "3.5", null), client.post("C1", "1.5", false, "i", MESSAGE));
    }

    @Test
    void an_update_contains_the_blocks() {
        stubResponse("chat.update", """
                {"ok":true,"channel":"C1","ts":"1.5","text":"x"}""");
        assertEquals(new Result.Ok("C1", "1.5", null), client.update("C1", "1.5", "i", MESSAGE));
        assertEquals("[{\"type\":\"divider\"}]", form(request("chat.update"), "blocks"));
        stubResponse("chat.update", """
                {"ok":false,"error":"message_not_found"}""");
        assertEquals(new Result.Failed("message_not_found"), client.update("C1", "1.5", "i", MESSAGE));
    }

    @Test
    void a_root_message_is_found_by_its_incident() {
        stubResponse("conversations.history", """
                {"ok":true,"messages":[
                 {"ts":"9.1","text":"a message of a user"},
                 {"ts":"9.0","text":"x","thread_ts":"1.5","metadata":{"event_type":"tiercel_incident","event_payload":{"incident_id":"i"}}},
                 {"ts":"1.6","text":"x","metadata":{"event_type":"tiercel_incident","event_payload":{"incident_id":"j"}}},
                 {"ts":"1.5","text":"x","metadata":{"event_type":"tiercel_incident","event_payload":{"incident_id":"i"}}}]}""");
        assertEquals(new Result.Ok("C1", "1.5", null), client.find("C1", "i", Instant.ofEpochSecond(1)));
        assertEquals("1.000000", form(request("conversations.history"), "oldest"));
        assertEquals(new Result.Failed("message_not_found"), client.find("C1", "k", Instant.EPOCH));
    }

    @Test
    void failures_are_classified_and_never_contain_the_token() {
        SLACK.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(429).withHeader("Retry-After", "7")));
        assertEquals(
                new Result.Retry(Duration.ofSeconds(7), "responded with 429"),
                client.post("c", null, false, "i", MESSAGE));
        SLACK.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(503)));
        assertInstanceOf(Result.Retry.class, client.post("c", null, false, "i", MESSAGE));
        SLACK.stubFor(post(anyUrl()).willReturn(okJson("{\"ok\":false,\"error\":\"internal_error\"}")));
        assertInstanceOf(Result.Retry.class, client.post("c", null, false, "i", MESSAGE));
        SLACK.stubFor(post(anyUrl()).willReturn(okJson("{\"ok\":false,\"error\":\"not_in_channel\"}")));
        assertEquals(new Result.Failed("not_in_channel"), client.post("c", null, false, "i", MESSAGE));
        for (String rotated : new String[] {"invalid_auth", "token_expired", "token_revoked"}) {
            SLACK.stubFor(post(anyUrl()).willReturn(okJson("{\"ok\":false,\"error\":\"" + rotated + "\"}")));
            assertEquals(new Result.Retry(Duration.ZERO, rotated), client.post("c", null, false, "i", MESSAGE));
        }
        SLACK.stubFor(post(anyUrl()).willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));
        Result noResponse = client.post("c", null, false, "i", MESSAGE);
        assertInstanceOf(Result.Unknown.class, noResponse);
        SLACK.stubFor(post(anyUrl()).willReturn(okJson("this is not JSON xoxb-hunter2")));
        Result invalidJson = client.post("c", null, false, "i", MESSAGE);
        assertFalse((noResponse + " " + invalidJson + " " + client).contains("hunter2"));
    }
}
