package io.tiercel.functions.notify.template;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notify.NotificationSamples;
import io.tiercel.rules.alert.Priority;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every preset against a stub that checks what its service documents. */
@Tag("unit")
class PresetTest {
    @RegisterExtension
    static final WireMockExtension SERVICE = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    static Stream<String> presets() {
        return TemplatePreset.NAMES.stream();
    }

    private static NotificationChannel channel(String preset) {
        SERVICE.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
        String path = switch (preset) {
            case "discord" -> "/api/webhooks/1/s3cr3t";
            case "google-chat" -> "/v1/spaces/A/messages?key=s3cr3t&token=t";
            case "mattermost" -> "/hooks/s3cr3t";
            case "opsgenie" -> "/v2/alerts";
            case "splunk-hec" -> "/services/collector/event";
            default -> throw new AssertionError(preset);
        };
        boolean key = preset.equals("opsgenie") || preset.equals("splunk-hec");
        return TemplateFiles.open(
                "preset: " + preset + "\naddress: test:address\n" + (key ? "key: test:key\n" : ""),
                "http://127.0.0.1:" + SERVICE.getPort() + path,
                "t0ken");
    }

    private static List<LoggedRequest> requests() {
        return SERVICE.getAllServeEvents().reversed().stream()
                .map(event -> event.getRequest())
                .toList();
    }

    private static void assertSent(DeliveryResult result) {
        assertInstanceOf(DeliveryResult.Sent.class, result);
    }

    @ParameterizedTest
    @MethodSource("presets")
    void the_life_of_an_incident_and_of_a_group_fits_the_contract(String preset) {
        Incident open = NotificationSamples.incident(IncidentState.OPEN, Priority.WARNING, 1);
        Incident escalated = NotificationSamples.incident(IncidentState.OPEN, Priority.EMERGENCY, 12);
        Incident closed = NotificationSamples.incident(IncidentState.CLOSED, Priority.EMERGENCY, 12);
        try (NotificationChannel channel = channel(preset)) {
            assertSent(channel.send(NotificationSamples.first(open)));
            assertSent(channel.send(NotificationSamples.after(open, escalated)));
            assertSent(channel.send(NotificationSamples.after(escalated, closed)));
            assertSent(channel.send(NotificationSamples.after(closed, escalated)));
            assertSent(channel.sendGroup(NotificationSamples.first(NotificationSamples.group("Shell", 12, 12))));
            assertSent(
                    channel.sendGroup(NotificationSamples.after(12, false, NotificationSamples.group("Shell", 12, 0))));
        }
        assertEquals(6, requests().size());
        requests().forEach(request -> PresetContracts.check(preset, request));
    }

    @ParameterizedTest
    @MethodSource("presets")
    void no_text_breaks_a_document_or_mentions_anybody(String preset) {
        try (NotificationChannel channel = channel(preset)) {
            for (String text : NotificationSamples.HOSTILE) {
                assertSent(channel.send(NotificationSamples.first(NotificationSamples.hostile(text))));
                assertSent(channel.sendGroup(NotificationSamples.first(NotificationSamples.group(text, 100, 100))));
            }
            String mentions = "@everyone @channel @here <!channel> <users/all> <@1> ".repeat(40);
            assertSent(channel.send(NotificationSamples.first(NotificationSamples.hostile(mentions))));
        }
        requests().forEach(request -> PresetContracts.check(preset, request));
    }

    @Test
    void opsgenie_closes_and_reopens_by_alias() {
        Incident open = NotificationSamples.incident(IncidentState.OPEN, Priority.CRITICAL, 1);
        Incident closed = NotificationSamples.incident(IncidentState.CLOSED, Priority.CRITICAL, 1);
        try (NotificationChannel channel = channel("opsgenie")) {
            assertSent(channel.send(NotificationSamples.first(open)));
            assertSent(channel.send(NotificationSamples.after(open, closed)));
        }
        JsonNode created = TemplateFiles.json(requests().getFirst().getBodyAsString());
        assertEquals(open.id(), created.get("alias").textValue());
        assertEquals("P2", created.get("priority").textValue());
        assertEquals(
                "/v2/alerts/" + open.id() + "/close?identifierType=alias",
                requests().getLast().getUrl());
    }

    @ParameterizedTest
    @CsvSource({
        "EMERGENCY, P1",
        "ALERT, P1",
        "CRITICAL, P2",
        "ERROR, P3",
        "WARNING, P3",
        "NOTICE, P4",
        "INFORMATIONAL, P5",
        "DEBUG, P5"
    })
    void opsgenie_receives_a_priority(Priority priority, String expected) {
        try (NotificationChannel channel = channel("opsgenie")) {
            assertSent(channel.send(
                    NotificationSamples.first(NotificationSamples.incident(IncidentState.OPEN, priority, 1))));
        }
        assertEquals(
                expected,
                TemplateFiles.json(requests().getLast().getBodyAsString())
                        .get("priority")
                        .textValue());
    }

    @Test
    void splunk_receives_the_exact_texts() {
        try (NotificationChannel channel = channel("splunk-hec")) {
            assertSent(channel.send(NotificationSamples.first(NotificationSamples.hostile("<@x> \"y\""))));
        }
        assertTrue(requests().getLast().getBodyAsString().contains("<@x> \\\"y\\\""));
        assertEquals(
                "<@x> \"y\"",
                TemplateFiles.json(requests().getLast().getBodyAsString())
                        .at("/event/incident/message")
                        .textValue());
    }
}
