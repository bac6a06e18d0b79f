package io.tiercel.functions.notify.webhook;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.plan.ActionContexts;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ResponseWebhookTest {
    private final WireMockServer receiver = new WireMockServer(
            WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
    private final ResponseWebhook webhook = new ResponseWebhook(
            name -> name.equals("env:KEY") ? "key" : "", InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000)));

    ResponseWebhookTest() {
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop();
    }

    private ActionContext context() {
        String url = receiver.baseUrl() + "/hook";
        return ActionContexts.of(
                ActionKind.CALL_WEBHOOK,
                new Target(Target.Kind.RECEIVER, url),
                Map.of("url", url, "secret", "env:KEY"),
                null);
    }

    @Test
    void the_signature_covers_the_time_and_the_body() {
        receiver.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(202)));
        assertEquals("the webhook responded with 202", webhook.call(context()));
        // printf '1700000000.{"incident":"4f2a"}' | openssl dgst -sha256 -hmac key
        receiver.verify(postRequestedFor(anyUrl())
                .withHeader(
                        "Tiercel-Signature",
                        equalTo("t=1700000000,v1=4c3fdfb9af898035e60efeb9e37594f667becf4b50101f0285a0521608dc66d0"))
                .withHeader("Tiercel-Delivery", equalTo("4f2a-0"))
                .withRequestBody(equalTo("{\"incident\":\"4f2a\"}")));
    }

    @Test
    void a_rejected_request_is_not_retried() {
        for (int status : new int[] {301, 400, 429, 500}) {
            receiver.stubFor(post(anyUrl())
                    .willReturn(aResponse().withStatus(status).withHeader("Location", receiver.baseUrl() + "/other")));
            ActionException rejection = assertThrows(ActionException.class, () -> webhook.call(context()));
            assertTrue(rejection.getMessage().contains(Integer.toString(status)), rejection.getMessage());
            assertEquals(ActionException.Kind.PERMANENT, rejection.kind());
        }
        receiver.verify(4, postRequestedFor(anyUrl()));
    }
}
