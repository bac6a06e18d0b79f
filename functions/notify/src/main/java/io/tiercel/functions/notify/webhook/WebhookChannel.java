package io.tiercel.functions.notify.webhook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.ServiceAddress;
import io.tiercel.functions.notify.http.JsonHttpClient;
import io.tiercel.functions.secret.Secret;
import io.tiercel.rules.text.TextLimit;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;

/** A channel that posts notifications as signed JSON to any program. */
public final class WebhookChannel implements NotificationChannel {
    private static final int MAX_TEXT_LENGTH = 2_000;
    private static final int MAX_FIELDS = 200;

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
        if (!notification.first() && !notification.stateChanged() && !notification.countGrown()) {
            return new DeliveryResult.Skipped();
        }
        URI uri = ServiceAddress.parse("the webhook (" + address + ")", address.value());
        byte[] body = body(notification).toString().getBytes(StandardCharsets.UTF_8);
        String deliveryId = notification.deliveryId();
        return http.send(uri, body, WebhookSignature.headers(key.value(), notification.now(), deliveryId, body));
    }

    private static ObjectNode body(IncidentNotification notification) {
        Incident incident = notification.incident();
        Fingerprint cause = incident.fingerprint();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("version", 1);
        body.put("event", event(notification));
        ObjectNode json = body.putObject("incident");
        json.put("id", incident.id());
        json.put("state", notification.state().state());
        json.put("episode", notification.state().episode());
        json.put("priority", incident.priority().label());
        json.put("count", incident.count());
        json.put("verifiedCount", incident.verifiedCount());
        json.put("sender", truncate(incident.enrichment().sender().text()));
        ArrayNode doubts = json.putArray("doubts");
        incident.doubts().forEach(doubt -> doubts.add(truncate(doubt)));
        json.put(
                "firstSeen", Instant.ofEpochSecond(0, incident.firstSeenNanos()).toString());
        json.put("lastSeen", Instant.ofEpochSecond(0, incident.lastSeenNanos()).toString());
        json.put("rule", cause.rule());
        json.put("cluster", truncate(cause.cluster()));
        json.put("workload", truncate(cause.workload()));
        json.put("executable", truncate(cause.executable()));
        json.put("target", truncate(cause.target()));
        json.put("message", truncate(notification.message()));
        json.put("acknowledgedBy", notification.state().acknowledgedBy());
        ArrayNode tactics = json.putArray("tactics");
        incident.tactics().forEach(tactics::add);
        ObjectNode enrichment = json.putObject("enrichment");
        new TreeMap<>(EnrichedFields.of(incident.enrichment()))
                .entrySet().stream()
                        .limit(MAX_FIELDS)
                        .forEach(field ->
                                enrichment.put(truncate(field.getKey()), truncate(String.valueOf(field.getValue()))));
        notification.response().ifPresent(response -> {
            ObjectNode plan = body.putObject("response").put("state", truncate(response.state()));
            ArrayNode steps = plan.putArray("steps");
            response.steps().stream().limit(MAX_FIELDS).forEach(step -> steps.add(truncate(step)));
        });
        return body;
    }

    private static String event(IncidentNotification notification) {
        if (notification.first()) {
            return "opened";
        }
        if (notification.state().closed()) {
            return "closed";
        }
        if (notification.reopened()) {
            return "reopened";
        }
        if (notification.escalated()) {
            return "escalated";
        }
        if (notification.acknowledged()) {
            return "acknowledged";
        }
        return notification.stateChanged() ? "changed" : "grown";
    }

    private static String truncate(String text) {
        return TextLimit.cut(text, MAX_TEXT_LENGTH, "…");
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return new DeliveryResult.Skipped();
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
