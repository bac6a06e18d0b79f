package io.tiercel.functions.channels.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.SecretFile;
import io.tiercel.functions.channels.support.Channels;
import io.tiercel.functions.channels.support.TestKeys;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.notification.TestOutbox;
import io.tiercel.functions.notify.ConfiguredChannels;
import io.tiercel.rules.alert.Priority;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class KafkaChannelTest {
    @TempDir
    private static Path folder;

    private static TestKeys keys;
    private static KafkaBroker broker;

    private final SingleIncidentStore store = new SingleIncidentStore();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeAll
    static void start() throws Exception {
        keys = TestKeys.create(folder);
        broker = new KafkaBroker(folder, keys);
        broker.createTopic("incidents", Map.of());
        broker.createTopic("login", Map.of());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static String settings(String topic, String mechanism, Path password) {
        return "type: kafka, brokers: [\"" + broker.address() + "\"], topic: " + topic + ", mechanism: " + mechanism
                + ", username: tiercel, password: file:" + password + ", ca: file:" + keys.certificate();
    }

    private static Path password(String name, String password) throws Exception {
        return SecretFile.write(folder.resolve(name), password);
    }

    private DeliveryResult first(NotificationChannel channel) {
        store.setCount(1);
        return channel.send(
                SingleIncidentStore.firstNotification(store.find("i").orElseThrow()));
    }

    @Test
    void an_incident_is_one_key_whose_records_keep_their_order() throws Exception {
        Path password = password("scram", KafkaBroker.PASSWORD);
        try (ConfiguredChannels open = Channels.open(settings("incidents", "SCRAM-SHA-512", password), () -> now)) {
            for (IncidentState state : List.of(IncidentState.OPEN, IncidentState.CLOSED, IncidentState.OPEN)) {
                now = now.plus(Duration.ofHours(1));
                store.update(state, Priority.WARNING);
                new TestOutbox(store, store, open.channels(), () -> now).deliver("i");
            }
        }
        List<ConsumerRecord<String, byte[]>> records = broker.records("incidents");
        assertEquals(
                List.of("i", "i", "i"),
                records.stream().map(ConsumerRecord::key).toList());
        assertEquals(
                List.of("opened", "closed", "reopened"),
                records.stream().map(record -> header(record, "tiercel-event")).toList());
        assertEquals(
                3,
                records.stream()
                        .map(record -> header(record, "tiercel-delivery"))
                        .distinct()
                        .count());
        assertEquals(
                "closed",
                JsonMapper.builder()
                        .build()
                        .readTree(records.get(1).value())
                        .at("/incident/state")
                        .asText());
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.US_ASCII);
    }

    @Test
    void a_message_with_a_wrong_password_waits_for_another_one_and_does_not_show_it() throws Exception {
        Path wrong = password("wrong", "not-the-password");
        try (ConfiguredChannels open = Channels.open(settings("login", "PLAIN", wrong), () -> now)) {
            DeliveryResult.Retry retry = assertInstanceOf(
                    DeliveryResult.Retry.class, first(open.channels().getFirst()));
            assertTrue(retry.reason().startsWith("Kafka: SaslAuthenticationException"), retry.reason());
            assertFalse(retry.reason().contains("not-the-password"), retry.reason());
        }
        try (ConfiguredChannels open =
                Channels.open(settings("login", "PLAIN", password("plain", "plain")), () -> now)) {
            assertInstanceOf(DeliveryResult.Sent.class, first(open.channels().getFirst()));
        }
    }

    @Test
    void a_broker_whose_certificate_is_not_trusted_receives_nothing() throws Exception {
        String settings =
                settings("login", "PLAIN", password("plain-2", "plain")).replaceFirst(", ca: .*", "");
        try (ConfiguredChannels open = Channels.open(settings, () -> now)) {
            DeliveryResult.Retry retry = assertInstanceOf(
                    DeliveryResult.Retry.class, first(open.channels().getFirst()));
            assertTrue(retry.reason().startsWith("Kafka: SslAuthenticationException"), retry.reason());
        }
    }
}
