package io.tiercel.functions.notify.teams;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notify.NotificationSamples;
import io.tiercel.functions.secret.Secret;
import io.tiercel.rules.alert.Priority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of Workflows: one Adaptive Card of version 1.4 in a message of less than 28 KB. */
@Tag("unit")
class TeamsChannelTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PATH = "/workflows/0123456789/triggers/manual/paths/invoke?sig=s3cr3t-signature";
    private static final Set<String> BLOCKS = Set.of("RichTextBlock");
    private static final Set<String> COLORS = Set.of("default", "accent", "good", "warning", "attention");

    @RegisterExtension
    static final WireMockExtension WORKFLOWS = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private static TeamsChannel channel() {
        return new TeamsChannel(
                "soc",
                new Secret(
                        "file:teams", () -> "http://127.0.0.1:" + WORKFLOWS.getPort() + PATH, InstantSource.system()));
    }

    private static String check(byte[] message) throws IOException {
        assertTrue(message.length <= 28_000, () -> message.length + " bytes");
        JsonNode json = JSON.readTree(message);
        assertEquals("message", json.get("type").textValue());
        assertEquals(1, json.get("attachments").size());
        assertEquals(
                "application/vnd.microsoft.card.adaptive",
                json.at("/attachments/0/contentType").textValue());
        JsonNode card = json.at("/attachments/0/content");
        assertEquals("AdaptiveCard", card.get("type").textValue());
        assertEquals("1.4", card.get("version").textValue());
        assertEquals("Full", card.at("/msteams/width").textValue());
        assertFalse(card.at("/msteams").has("entities"));
        StringBuilder text = new StringBuilder();
        for (JsonNode block : card.get("body")) {
            assertTrue(BLOCKS.contains(block.get("type").textValue()));
            for (JsonNode run : block.get("inlines")) {
                assertEquals("TextRun", run.get("type").textValue());
                assertFalse(run.get("text").textValue().isEmpty());
                assertTrue(run.get("text").textValue().chars().noneMatch(Character::isISOControl));
                assertTrue(!run.has("color") || COLORS.contains(run.get("color").textValue()));
                text.append(run.get("text").textValue());
            }
            text.append('\n');
        }
        return text.toString();
    }

    @Test
    void an_incident_becomes_a_card() throws Exception {
        WORKFLOWS.stubFor(post(PATH).willReturn(aResponse().withStatus(202)));
        Incident incident = NotificationSamples.incident(IncidentState.OPEN, Priority.CRITICAL, 3);
        try (TeamsChannel channel = channel()) {
            assertInstanceOf(DeliveryResult.Sent.class, channel.send(NotificationSamples.first(incident)));
            assertInstanceOf(
                    DeliveryResult.Sent.class,
                    channel.sendGroup(NotificationSamples.first(NotificationSamples.group("Shell", 120, 100))));
        }
        List<String> texts = WORKFLOWS.findAll(postRequestedFor(urlEqualTo(PATH))).stream()
                .map(request -> {
                    try {
                        return check(request.getBody());
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
        assertTrue(texts.getFirst().startsWith("3 times: Critical: Terminal shell in container\n"), texts.getFirst());
        assertTrue(texts.getFirst().contains("\nResponse: awaiting approval\n"), texts.getFirst());
        assertTrue(texts.getLast().startsWith("Critical: 120 incidents of rule Shell in 60 s\n"), texts.getLast());
        assertTrue(texts.getLast().contains("\nIncidents: 120: 100 open, 20 closed, 360 alerts\n"), texts.getLast());
    }

    @Test
    void changes_of_the_state_and_powers_of_ten_are_reported() {
        Incident open = NotificationSamples.incident(IncidentState.OPEN, Priority.WARNING, 1);
        List<IncidentNotification> skipped = List.of(
                NotificationSamples.after(open, NotificationSamples.incident(IncidentState.OPEN, Priority.WARNING, 9)));
        List<IncidentNotification> sent = List.of(
                NotificationSamples.after(open, NotificationSamples.incident(IncidentState.OPEN, Priority.WARNING, 10)),
                NotificationSamples.after(open, NotificationSamples.incident(IncidentState.OPEN, Priority.CRITICAL, 2)),
                NotificationSamples.after(
                        open, NotificationSamples.incident(IncidentState.CLOSED, Priority.WARNING, 2)));
        WORKFLOWS.stubFor(post(PATH).willReturn(aResponse().withStatus(202)));
        try (TeamsChannel channel = channel()) {
            skipped.forEach(notification -> assertInstanceOf(DeliveryResult.Skipped.class, channel.send(notification)));
            sent.forEach(notification -> assertInstanceOf(DeliveryResult.Sent.class, channel.send(notification)));
            assertInstanceOf(
                    DeliveryResult.Skipped.class,
                    channel.sendGroup(NotificationSamples.after(20, false, NotificationSamples.group("r", 90, 90))));
            assertInstanceOf(
                    DeliveryResult.Sent.class,
                    channel.sendGroup(NotificationSamples.after(20, false, NotificationSamples.group("r", 100, 90))));
            assertInstanceOf(
                    DeliveryResult.Sent.class,
                    channel.sendGroup(NotificationSamples.after(20, false, NotificationSamples.group("r", 21, 0))));
        }
    }

    @Test
    void throttling_is_retried_and_no_error_reveals_the_address() {
        IncidentNotification notification =
                NotificationSamples.first(NotificationSamples.incident(IncidentState.OPEN, Priority.WARNING, 1));
        try (TeamsChannel channel = channel()) {
            WORKFLOWS.stubFor(post(PATH).willReturn(aResponse().withStatus(429)));
            assertEquals(
                    Duration.ofSeconds(30),
                    assertInstanceOf(DeliveryResult.Retry.class, channel.send(notification))
                            .after());
            WORKFLOWS.stubFor(post(PATH).willReturn(aResponse().withStatus(403).withBody("bad sig at " + PATH)));
            String rejected = assertInstanceOf(DeliveryResult.Rejected.class, channel.send(notification))
                    .reason();
            assertFalse(rejected.contains("s3cr3t") || channel.toString().contains("s3cr3t"), rejected);
        }
    }

    @Property(tries = 150)
    void hostile_text_stays_within_the_limit(@ForAll("hostileTexts") String text) throws IOException {
        byte[] incident = AdaptiveCard.of(NotificationSamples.first(NotificationSamples.hostile(text)))
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        check(incident);
        check(AdaptiveCard.of(NotificationSamples.first(NotificationSamples.group(text, 50, 5)))
                .toString()
                .getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<String> hostileTexts() {
        return NotificationSamples.hostileTexts();
    }
}
