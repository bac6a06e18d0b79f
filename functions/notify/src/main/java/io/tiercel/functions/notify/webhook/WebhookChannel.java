package io.tiercel.functions.notify.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.ServiceAddress;
import io.tiercel.functions.notify.http.JsonHttpClient;
import io.tiercel.functions.notify.json.Delivery;
import io.tiercel.functions.notify.json.NotificationJson;
import io.tiercel.functions.secret.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/** A channel that posts notifications as signed JSON to any program. */
public final class WebhookChannel implements NotificationChannel {
    private final String name;
    private final Secret address;
    private final Secret key;
    private final JsonHttpClient http = new JsonHttpClient("the webhook", Duration.ZERO);

    /**
     * Creates a channel.
     *
     * @param address https, or http to this machine
     * @param key the key that signs the messages
     */
    public WebhookChannel(String name, Secret address, Secret key) {
        this.name = name;
        this.address = address;
        this.key = key;
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
        if (!Delivery.due(notification)) {
            return new DeliveryResult.Skipped();
        }
        return post(
                NotificationJson.of(notification, NotificationJson.MAX_MESSAGE_BYTES),
                Delivery.id(notification),
                notification.now());
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return post(
                NotificationJson.of(notification, NotificationJson.MAX_MESSAGE_BYTES),
                Delivery.id(notification),
                notification.now());
    }

    private DeliveryResult post(ObjectNode document, String deliveryId, Instant now) {
        URI uri = ServiceAddress.parse("the webhook (" + address + ")", address.value());
        byte[] body = NotificationJson.bytes(document);
        return http.send(uri, body, WebhookSignature.headers(key.value(), now, deliveryId, body));
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return "webhook " + name;
    }
}
