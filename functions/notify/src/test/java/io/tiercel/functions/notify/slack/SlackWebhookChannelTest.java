package io.tiercel.functions.notify.slack;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.notify.terminal.TerminalLine;
import io.tiercel.functions.secret.Secret;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("unit")
class SlackWebhookChannelTest {
    private static final String PATH = "/services/T000/B000/secret";

    @RegisterExtension
    static final WireMockExtension SLACK = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private final Incident incident = SingleIncidentStore.incidentOf(AlertText.read(AlertText.shellInPod()), 1);

    private static DeliveryResult send(Incident incident) {
        try (SlackWebhookChannel webhook = webhook("http://127.0.0.1:" + SLACK.getPort() + PATH)) {
            return webhook.send(SingleIncidentStore.firstNotification(incident));
        }
    }

    private static SlackWebhookChannel webhook(String address) {
        return new SlackWebhookChannel("slack", new Secret("file:x", () -> address, InstantSource.system()));
    }

    @Test
    void a_message_is_posted_as_blocks() {
        SLACK.stubFor(post(PATH).willReturn(aResponse().withBody("ok")));
        assertInstanceOf(DeliveryResult.Sent.class, send(incident));
        SLACK.verify(postRequestedFor(urlEqualTo(PATH))
                .withRequestBody(
                        matchingJsonPath("$.blocks[0].text[?(@.text == 'Warning: Terminal shell in container')]"))
                .withRequestBody(matchingJsonPath("$.text")));
    }

    @Test
    void rate_limiting_is_retried_after_the_requested_delay() {
        SLACK.stubFor(post(anyUrl())
                .willReturn(aResponse()
                        .withStatus(429)
                        .withHeader("Retry-After", "7")
                        .withBody("rate_limited")));
        assertEquals(
                new DeliveryResult.Retry(Duration.ofSeconds(7), "Slack responded with 429 rate_limited"),
                send(incident));
    }

    @Test
    void server_errors_are_retried_and_rejections_are_not() {
        SLACK.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(503)));
        assertInstanceOf(DeliveryResult.Retry.class, send(incident));
        SLACK.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(401)));
        assertInstanceOf(DeliveryResult.Retry.class, send(incident), "a rotated secret takes effect later");
        SLACK.stubFor(post(anyUrl()).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        assertInstanceOf(DeliveryResult.Retry.class, send(incident));
        for (int status : new int[] {302, 400, 403, 404, 410}) {
            SLACK.stubFor(post(anyUrl())
                    .willReturn(aResponse()
                            .withStatus(status)
                            .withBody("no_service")
                            .withHeader("Location", "/x")));
            assertEquals(new DeliveryResult.Rejected("Slack responded with " + status + " no_service"), send(incident));
        }
    }

    @Test
    void the_url_must_be_valid_and_is_not_disclosed() {
        for (String invalid : List.of(
                "http://hooks.slack.com/secret",
                "ftp://localhost/secret",
                "https:///secret",
                "secret",
                "https://u:p@x/secret",
                "https://x/secret with blank",
                "http://localhost.evil.com/secret")) {
            String message = String.valueOf(assertThrows(
                            IllegalArgumentException.class,
                            () -> webhook(invalid).checkedAddress())
                    .getMessage());
            assertFalse(message.contains("secret"), message);
        }
        try (SlackWebhookChannel webhook = webhook("http://127.0.0.1:1" + PATH)) {
            assertFalse(webhook.toString().contains("secret"));
            assertFalse(webhook.send(SingleIncidentStore.firstNotification(incident))
                    .toString()
                    .contains("secret"));
        }
    }

    @Test
    void a_growing_incident_is_reported_once_per_power_of_ten() {
        try (SlackWebhookChannel webhook = webhook("https://hooks.slack.com/x")) {
            assertEquals(
                    List.of(1L, 10L, 10L, 100L, 1000L),
                    List.of(0L, 1L, 9L, 10L, 256L).stream()
                            .map(webhook::nextCount)
                            .toList());
        }
    }

    @Property(tries = 200)
    void hostile_text_stays_within_the_limits_and_is_not_interpreted_as_markup(
            @ForAll("hostileTexts") String rule,
            @ForAll("hostileTexts") String file,
            @ForAll("hostileTexts") String message) {
        ObjectNode alert = AlertText.with(AlertText.shellInPod(), "fd.name", file)
                .put("message", message)
                .put("rule", "r" + rule.substring(0, Math.min(500, rule.length())));
        Incident hostile = SingleIncidentStore.incidentOf(AlertText.read(alert), Long.MAX_VALUE);
        IncidentNotification notification = SingleIncidentStore.firstNotification(hostile);
        SlackLimits.check(SlackMessage.root(notification, (action, id, plan) -> Optional.of("signed"))
                .payload());
        String line = TerminalLine.of(notification, ZoneOffset.UTC);
        assertTrue(line.chars().noneMatch(Character::isISOControl));
        assertTrue(line.length() < 700);
    }

    @Provide
    Arbitrary<String> hostileTexts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(100),
                Arbitraries.of(
                        "<!channel>",
                        "&".repeat(5000),
                        "`*_~`",
                        "<https://evil|click>",
                        "\u001B[31m",
                        "\uD83D\uDE00".repeat(900)));
    }
}
