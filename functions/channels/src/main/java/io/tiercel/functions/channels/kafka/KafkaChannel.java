package io.tiercel.functions.channels.kafka;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notify.json.Delivery;
import io.tiercel.functions.notify.json.NotificationEvent;
import io.tiercel.functions.notify.json.NotificationJson;
import io.tiercel.rules.text.TextLimit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * A topic of Apache Kafka. The key is the id of the incident or group, so that its messages keep their order and compaction keeps the
 * last one. The value is the JSON document, {@link NotificationJson}.
 *
 * <p>After a failure the producer is closed and the next message opens another one. A producer that has failed to deliver a record, or
 * whose password was rotated, is therefore never used again.
 */
final class KafkaChannel implements NotificationChannel {
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);
    private static final int MAX_REASON = 200;

    private final String name;
    private final KafkaSettings settings;
    private @Nullable Producer<String, byte[]> producer;

    KafkaChannel(String name, KafkaSettings settings) {
        this.name = name;
        this.settings = settings;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration sendInterval() {
        return Duration.ZERO;
    }

    @Override
    public DeliveryResult send(IncidentNotification notification) {
        return Delivery.due(notification)
                ? produce(record(
                        notification.incident().id(),
                        NotificationJson.bytes(NotificationJson.of(notification, NotificationJson.MAX_MESSAGE_BYTES)),
                        NotificationEvent.of(notification),
                        Delivery.id(notification)))
                : new DeliveryResult.Skipped();
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return produce(record(
                notification.group().id(),
                NotificationJson.bytes(NotificationJson.of(notification, NotificationJson.MAX_MESSAGE_BYTES)),
                NotificationEvent.of(notification),
                Delivery.id(notification)));
    }

    private ProducerRecord<String, byte[]> record(String key, byte[] value, NotificationEvent event, String delivery) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(settings.topic(), key, value);
        record.headers()
                .add("content-type", ascii("application/json"))
                .add("tiercel-event", ascii(event.label()))
                .add("tiercel-delivery", ascii(delivery));
        return record;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private synchronized DeliveryResult produce(ProducerRecord<String, byte[]> record) {
        try {
            open().send(record).get(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            return new DeliveryResult.Sent();
        } catch (ExecutionException e) {
            return failed(e.getCause());
        } catch (TimeoutException | KafkaException e) {
            return failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(e);
        }
    }

    private Producer<String, byte[]> open() {
        Producer<String, byte[]> current = producer;
        if (current == null) {
            current = new KafkaProducer<>(settings.producerConfig());
            producer = current;
        }
        return current;
    }

    private DeliveryResult failed(@Nullable Throwable cause) {
        close();
        return switch (cause) {
            // A certificate can be replaced, and a rotated password takes effect, while the message waits.
            case AuthenticationException _ -> new DeliveryResult.Retry(Duration.ZERO, reason(cause));
            case AuthorizationException _,
                    RecordTooLargeException _,
                    InvalidTopicException _,
                    InvalidConfigurationException _ -> new DeliveryResult.Rejected(reason(cause));
            case InterruptedException _, InterruptException _ ->
                new DeliveryResult.Retry(Duration.ZERO, "Kafka: interrupted");
            case null, default -> new DeliveryResult.Retry(Duration.ZERO, reason(cause));
        };
    }

    private static String reason(@Nullable Throwable cause) {
        if (cause == null) {
            return "Kafka: unknown failure";
        }
        // "Failed to construct kafka producer" says less than its cause. Kafka hides passwords in messages.
        Throwable known = cause.getCause() instanceof KafkaException inner ? inner : cause;
        String message = String.valueOf(known.getMessage());
        return "Kafka: " + known.getClass().getSimpleName() + ": "
                + TextLimit.cut(SafeText.oneLine(message), MAX_REASON, "…");
    }

    /** Discards what the brokers have not acknowledged; the outbox still has it. */
    @Override
    public synchronized void close() {
        Producer<String, byte[]> current = producer;
        producer = null;
        if (current != null) {
            current.close(Duration.ZERO);
        }
    }

    @Override
    public String toString() {
        return "Kafka topic " + settings.topic();
    }
}
