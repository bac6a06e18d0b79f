package io.tiercel.functions.channels.eventbridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.channels.aws.AwsDelivery;
import io.tiercel.functions.channels.aws.AwsSettings;
import io.tiercel.functions.channels.aws.LazyClient;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notify.json.Delivery;
import io.tiercel.functions.notify.json.NotificationJson;
import io.tiercel.rules.text.TextLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/**
 * An event bus of Amazon EventBridge. The source of the events is {@code tiercel}, and their detail is the JSON document,
 * {@link NotificationJson}.
 */
final class EventBridgeChannel implements NotificationChannel {
    static final String SOURCE = "tiercel";
    static final String INCIDENT = "Tiercel Incident";
    static final String GROUP = "Tiercel Incident Group";

    /** The entry's other fields count too. */
    private static final int MAX_DETAIL_BYTES = NotificationJson.MAX_MESSAGE_BYTES - 1024;

    private static final int MAX_REASON = 200;

    /** Error codes of an entry that the service rejects for good; all others pass. */
    private static final Set<String> PERMANENT = Set.of(
            "InvalidArgument",
            "MalformedDetail",
            "NotAuthorizedForDetailTypeException",
            "NotAuthorizedForSourceException",
            "AccessDeniedException",
            "InvalidAccountIdException",
            "ResourceNotFoundException");

    private final String name;
    private final String bus;
    private final LazyClient<EventBridgeClient> client;

    EventBridgeChannel(String name, String bus, AwsSettings aws) {
        this.name = name;
        this.bus = bus;
        this.client = new LazyClient<>(() -> aws.connect().client(EventBridgeClient.builder()));
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
                ? put(INCIDENT, NotificationJson.of(notification, MAX_DETAIL_BYTES), notification.now())
                : new DeliveryResult.Skipped();
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return put(GROUP, NotificationJson.of(notification, MAX_DETAIL_BYTES), notification.now());
    }

    private DeliveryResult put(String detailType, ObjectNode detail, Instant time) {
        return AwsDelivery.of("PutEvents", () -> {
            PutEventsResponse response = client.get()
                    .putEvents(put -> put.entries(entry -> entry.eventBusName(bus)
                            .source(SOURCE)
                            .detailType(detailType)
                            .detail(detail.toString())
                            .time(time)));
            return response.entries().stream()
                    .filter(entry -> entry.errorCode() != null)
                    .findFirst()
                    .map(EventBridgeChannel::failed)
                    .orElseGet(DeliveryResult.Sent::new);
        });
    }

    private static DeliveryResult failed(PutEventsResultEntry entry) {
        String reason = "PutEvents: " + entry.errorCode() + ": "
                + TextLimit.cut(SafeText.oneLine(String.valueOf(entry.errorMessage())), MAX_REASON);
        return PERMANENT.contains(entry.errorCode())
                ? new DeliveryResult.Rejected(reason)
                : new DeliveryResult.Retry(Duration.ZERO, reason);
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "EventBridge bus " + bus;
    }
}
