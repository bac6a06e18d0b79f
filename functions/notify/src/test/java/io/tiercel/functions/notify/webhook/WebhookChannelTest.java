package io.tiercel.functions.notify.webhook;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("unit")
class WebhookChannelTest {
    @RegisterExtension
    static final WireMockExtension RECEIVER = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    @Test
    void a_message_is_signed_as_documented() throws Exception {
        RECEIVER.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(204)));
        SingleIncidentStore store = new SingleIncidentStore();
        store.setCount(3);
        Secret address =
                new Secret("env:A", () -> "http://127.0.0.1:" + RECEIVER.getPort() + "/in", InstantSource.system());
        try (WebhookChannel hook =
                new WebhookChannel("siem", address, new Secret("env:K", () -> "key", InstantSource.system()))) {
            assertInstanceOf(
                    DeliveryResult.Sent.class,
                    hook.send(SingleIncidentStore.firstNotification(
                            store.find("i").orElseThrow())));
        }
        LoggedRequest request = RECEIVER.getAllServeEvents().getFirst().getRequest();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] expected = mac.doFinal(("1767225600." + request.getBodyAsString()).getBytes(StandardCharsets.UTF_8));
        assertEquals("t=1767225600,v1=" + HexFormat.of().formatHex(expected), request.getHeader("Tiercel-Signature"));
        assertTrue(request.getHeader("Tiercel-Delivery").matches("i-0-[0-9a-f]{8}"));
        JsonNode body = JsonMapper.builder().build().readTree(request.getBody());
        assertEquals("opened", body.get("event").textValue());
        assertEquals(3, body.at("/incident/count").longValue());
        assertEquals("Terminal shell in container", body.at("/incident/rule").textValue());
        assertEquals("prod", body.at("/incident/enrichment/enrich.cluster").textValue());
    }
}
