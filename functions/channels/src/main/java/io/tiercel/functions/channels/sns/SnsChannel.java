package io.tiercel.functions.channels.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.channels.aws.AwsDelivery;
import io.tiercel.functions.channels.aws.AwsSettings;
import io.tiercel.functions.channels.aws.LazyClient;
import io.tiercel.functions.channels.text.PlainText;
import io.tiercel.functions.channels.text.SafeLine;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notify.json.Delivery;
import io.tiercel.functions.notify.json.NotificationEvent;
import io.tiercel.functions.notify.json.NotificationJson;
import io.tiercel.functions.notify.text.IncidentText;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.PublishRequest;

/**
 * A topic of Amazon SNS. Subscribers by email and SMS receive text; all others receive the JSON document, {@link NotificationJson}.
 * Filter policies can use the attributes of the message. In a FIFO topic, the messages about one incident keep their order, and SNS
 * drops a repeated attempt.
 */
final class SnsChannel implements NotificationChannel {
    /** SNS accepts printable ASCII in subjects, less than 100 characters. */
    private static final int MAX_SUBJECT = 99;

    /** One SMS. */
    private static final int MAX_SMS = 140;

    private static final int MAX_ATTRIBUTE = 256;

    /** What the text, the subject, the attributes and the escaping of the document need; tests verify it. */
    private static final int MAX_DOCUMENT_BYTES = 64 * 1024;

    private final String name;
    private final String topic;
    private final LazyClient<SnsClient> client;

    SnsChannel(String name, String topic, AwsSettings aws) {
        this.name = name;
        this.topic = topic;
        this.client = new LazyClient<>(() -> aws.connect().client(SnsClient.builder()));
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
        if (!IncidentText.worthAMessage(notification)) {
            return new DeliveryResult.Skipped();
        }
        Incident incident = notification.incident();
        return publish(
                PlainText.of(notification),
                NotificationJson.of(notification, MAX_DOCUMENT_BYTES),
                Map.of(
                        "event", NotificationEvent.of(notification).label(),
                        "state", notification.state().state(),
                        "priority", incident.priority().label(),
                        "verified", Boolean.toString(incident.verified()),
                        "rule", incident.fingerprint().rule(),
                        "cluster", incident.fingerprint().cluster()),
                incident.id(),
                Delivery.id(notification));
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return publish(
                PlainText.of(notification),
                NotificationJson.of(notification, MAX_DOCUMENT_BYTES),
                Map.of(
                        "event", NotificationEvent.of(notification).label(),
                        "state", notification.closed() ? "closed" : "open",
                        "priority", notification.group().priority().label(),
                        "verified", Boolean.toString(notification.group().verified())),
                notification.group().id(),
                Delivery.id(notification));
    }

    private DeliveryResult publish(
            PlainText text, ObjectNode document, Map<String, String> attributes, String subject, String deliveryId) {
        PublishRequest.Builder request = PublishRequest.builder()
                .topicArn(topic)
                .subject(SafeLine.ascii(text.headline(), MAX_SUBJECT))
                .messageStructure("json")
                .message(message(text, document))
                .messageAttributes(attributes.entrySet().stream()
                        .filter(attribute -> !attribute.getValue().isBlank())
                        .collect(Collectors.toMap(Map.Entry::getKey, SnsChannel::attribute)));
        if (topic.endsWith(".fifo")) {
            request.messageGroupId(subject).messageDeduplicationId(deliveryId);
        }
        return AwsDelivery.of("Publish", () -> {
            client.get().publish(request.build());
            return new DeliveryResult.Sent();
        });
    }

    private static String message(PlainText text, ObjectNode document) {
        ObjectNode forms = JsonNodeFactory.instance.objectNode();
        try {
            // SNS rejects some characters that JSON need not escape.
            forms.put("default", Json.ASCII.writeValueAsString(document));
            forms.put("email", text.text());
            forms.put("sms", SafeLine.ascii(text.headline(), MAX_SMS));
            return Json.ASCII.writeValueAsString(forms);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a document has no JSON form", e);
        }
    }

    private static MessageAttributeValue attribute(Map.Entry<String, String> attribute) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(SafeLine.of(attribute.getValue(), MAX_ATTRIBUTE))
                .build();
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "SNS topic " + topic;
    }
}
