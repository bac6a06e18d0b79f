package io.tiercel.functions.notify.alertmanager;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.file.ChannelContext;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notify.HttpChannelTypes;
import io.tiercel.functions.notify.NotificationSamples;
import io.tiercel.functions.secret.SecretResolver;
import io.tiercel.rules.alert.Priority;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Alertmanager receives the alerts. */
@Tag("live")
class AlertmanagerChannelTest {
    @TempDir
    Path folder;

    private static NotificationChannel channel(String address, String password) {
        NotificationFile file = NotificationFile.read(
                "n.yaml",
                """
                channels:
                  prometheus:
                    type: alertmanager
                    addresses: ["http://127.0.0.1:1", "%s/"]
                    user: tiercel
                    password: test:%s
                    labels: {team: platform}
                    resolve-after: 2h
                """.formatted(address, password),
                SecretResolver.forFilesAndEnvironment(InstantSource.system()).withScheme("test", secret -> secret),
                HttpChannelTypes.ALL);
        return Objects.requireNonNull(file.channels().get("prometheus"))
                .opener()
                .open(new ChannelContext(ButtonSigner.NO_BUTTONS, InstantSource.system()));
    }

    /** Returns the notification as of now: Alertmanager compares times with its own clock. */
    private static IncidentNotification now(IncidentNotification notification) {
        return new IncidentNotification(
                notification.incident(),
                notification.state(),
                notification.response(),
                notification.previous(),
                Instant.now());
    }

    private static void assertSent(DeliveryResult result) {
        assertInstanceOf(DeliveryResult.Sent.class, result);
    }

    @Test
    void an_alert_fires_changes_its_severity_and_is_resolved() throws Exception {
        assumeTrue(Alertmanager.program().isPresent(), "prometheus-alertmanager is not on PATH");
        Incident warning = NotificationSamples.incident(IncidentState.OPEN, Priority.WARNING, 3);
        Incident critical = NotificationSamples.incident(IncidentState.OPEN, Priority.CRITICAL, 4);
        Incident closed = NotificationSamples.incident(IncidentState.CLOSED, Priority.CRITICAL, 4);
        try (Alertmanager server = Alertmanager.start(Alertmanager.program().orElseThrow(), folder);
                NotificationChannel channel = channel(server.address(), "test")) {
            // One of the two addresses does not respond. The other one accepts the alerts.
            assertSent(channel.send(now(NotificationSamples.first(warning))));
            await().until(() -> server.alerts().size() == 1);
            JsonNode alert = server.alerts().getFirst();
            assertEquals(
                    Map.of(
                            "alertname",
                            "Terminal shell in container",
                            "cluster",
                            "prod",
                            "incident",
                            warning.id(),
                            "severity",
                            "warning",
                            "source",
                            "tiercel",
                            "team",
                            "platform",
                            "workload",
                            warning.fingerprint().workload()),
                    NotificationSamples.texts(alert.get("labels")));
            assertEquals("3", alert.at("/annotations/count").textValue());
            assertEquals(
                    "3 times: Warning: Terminal shell in container",
                    alert.at("/annotations/summary").textValue());
            assertEquals(warning.openedAt(), Instant.parse(alert.get("startsAt").textValue()));
            Duration ahead = Duration.between(
                    Instant.now(), Instant.parse(alert.get("endsAt").textValue()));
            assertTrue(ahead.compareTo(Duration.ofMinutes(119)) > 0 && ahead.compareTo(Duration.ofHours(2)) <= 0);

            assertSent(channel.send(now(NotificationSamples.after(warning, critical))));
            await().until(() -> server.alerts().size() == 1
                    && server.alerts()
                            .getFirst()
                            .at("/labels/severity")
                            .textValue()
                            .equals("critical"));
            assertSent(channel.send(now(NotificationSamples.after(critical, closed))));
            await().until(() -> server.alerts().isEmpty());
            assertSent(channel.send(now(NotificationSamples.after(closed, critical))));
            await().until(() -> server.alerts().size() == 1);
        }
    }

    @Test
    void alertmanager_accepts_hostile_texts_and_groups_and_refuses_a_wrong_password() throws Exception {
        assumeTrue(Alertmanager.program().isPresent(), "prometheus-alertmanager is not on PATH");
        try (Alertmanager server = Alertmanager.start(Alertmanager.program().orElseThrow(), folder)) {
            try (NotificationChannel channel = channel(server.address(), "test")) {
                for (String text : NotificationSamples.HOSTILE) {
                    assertSent(channel.send(now(NotificationSamples.first(NotificationSamples.hostile(text)))));
                }
                // Each rule is a label, so each is an alert of its own.
                await().until(() -> server.alerts().size() == NotificationSamples.HOSTILE.size());
                for (JsonNode alert : server.alerts()) {
                    NotificationSamples.texts(alert.get("labels"))
                            .values()
                            .forEach(label -> assertTrue(
                                    label.length() <= 256 && label.chars().noneMatch(Character::isISOControl)));
                }
                assertSent(channel.sendGroup(
                        NotificationSamples.now(NotificationSamples.first(NotificationSamples.group("r", 20, 20)))));
                await().until(() -> server.alerts().size() == NotificationSamples.HOSTILE.size() + 1);
            }
            try (NotificationChannel wrong = channel(server.address(), "hunter2")) {
                DeliveryResult result = wrong.send(now(NotificationSamples.first(
                        NotificationSamples.incident(IncidentState.OPEN, Priority.WARNING, 1))));
                // The password may be right in some minutes, after a rotation.
                assertEquals(
                        "Alertmanager responded with 401 Unauthorized",
                        assertInstanceOf(DeliveryResult.Retry.class, result).reason());
            }
        }
    }

    @Test
    void the_first_message_about_a_closed_incident_is_not_sent() {
        try (NotificationChannel channel = channel("http://127.0.0.1:1", "test")) {
            Incident closed = NotificationSamples.incident(IncidentState.CLOSED, Priority.WARNING, 3);
            assertInstanceOf(DeliveryResult.Skipped.class, channel.send(NotificationSamples.first(closed)));
            assertEquals(List.of(1L, 8L), List.of(channel.nextCount(0), channel.nextCount(7)));
        }
    }
}
