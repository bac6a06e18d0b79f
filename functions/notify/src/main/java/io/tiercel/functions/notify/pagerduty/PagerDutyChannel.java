package io.tiercel.functions.notify.pagerduty;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notify.http.JsonHttpClient;
import io.tiercel.functions.secret.Secret;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.text.TextLimit;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A PagerDuty service, through Events API v2. An incident triggers once, and again when it escalates or reopens. It is
 * acknowledged and resolved together with ours. The {@code dedup_key} is the incident's id, so that a repeated event after a
 * crash has no effect.
 *
 * @see <a href="https://developer.pagerduty.com/docs/events-api-v2-overview">Events API v2</a>
 */
public final class PagerDutyChannel implements NotificationChannel {
    static final int MAX_SUMMARY_LENGTH = 1024;
    static final int KEY_LENGTH = 32;
    private static final int MAX_DETAIL_LENGTH = 1024;
    private static final int MAX_LABELS = 20;

    /** PagerDuty asks clients to back off for minutes after server errors and rate limiting. */
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofMinutes(1);

    private final String name;
    private final URI events;
    private final Secret routingKey;
    private final JsonHttpClient http = new JsonHttpClient("PagerDuty", DEFAULT_RETRY_AFTER);

    /**
     * Creates a channel.
     *
     * @param service base address of the Events API
     * @param routingKey the integration key, 32 characters
     */
    public PagerDutyChannel(String name, URI service, Secret routingKey) {
        this.name = name;
        this.events = service.resolve("/v2/enqueue");
        this.routingKey = routingKey;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long nextCount(long deliveredCount) {
        return NEVER;
    }

    @Override
    public Duration updateInterval() {
        return Duration.ZERO;
    }

    @Override
    public Duration sendInterval() {
        return Duration.ZERO;
    }

    @Override
    public DeliveryResult send(IncidentNotification notification) {
        Optional<String> action = action(notification);
        if (action.isEmpty()) {
            return new DeliveryResult.Skipped();
        }
        String key = routingKey.value();
        if (key.length() != KEY_LENGTH) {
            return new DeliveryResult.Rejected(
                    "the routing key (" + routingKey + ") has " + key.length() + " characters instead of " + KEY_LENGTH
                            + "; use the integration key of the \"Events API V2\" integration");
        }
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("routing_key", key);
        event.put("event_action", action.get());
        event.put("dedup_key", notification.incident().id());
        if (action.get().equals("trigger")) {
            event.put("client", "Tiercel");
            event.set("payload", payload(notification));
        }
        return http.send(events, event.toString().getBytes(StandardCharsets.UTF_8), Map.of());
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return new DeliveryResult.Skipped();
    }

    private static Optional<String> action(IncidentNotification notification) {
        NotificationState current = notification.state();
        if (current.closed()) {
            return notification.first() || notification.previous().state().closed()
                    ? Optional.empty()
                    : Optional.of("resolve");
        }
        if (notification.first() || notification.reopened() || notification.escalated()) {
            return Optional.of("trigger");
        }
        return notification.acknowledged() ? Optional.of("acknowledge") : Optional.empty();
    }

    private static ObjectNode payload(IncidentNotification notification) {
        Incident incident = notification.incident();
        Fingerprint cause = incident.fingerprint();
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put(
                "summary",
                truncate(
                        incident.priority().label() + ": " + cause.rule() + " on " + cause.workload(),
                        MAX_SUMMARY_LENGTH));
        payload.put("source", truncate(source(incident.enrichment()), MAX_DETAIL_LENGTH));
        payload.put("severity", severity(incident.priority()));
        payload.put(
                "timestamp", Instant.ofEpochSecond(0, incident.firstSeenNanos()).toString());
        payload.put("component", truncate(cause.workload(), MAX_DETAIL_LENGTH));
        payload.put("class", truncate(cause.rule(), MAX_DETAIL_LENGTH));
        if (!cause.cluster().isBlank()) {
            payload.put("group", truncate(cause.cluster(), MAX_DETAIL_LENGTH));
        }
        payload.set("custom_details", details(notification));
        return payload;
    }

    private static String source(Enrichment enrichment) {
        String node = enrichment.host().node();
        return enrichment.instance() != null ? enrichment.instance().id() : node.isBlank() ? "unknown" : node;
    }

    private static ObjectNode details(IncidentNotification notification) {
        Incident incident = notification.incident();
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.put("incident", incident.id());
        details.put("count", incident.count());
        details.put("sender", truncate(incident.enrichment().sender().text(), MAX_DETAIL_LENGTH));
        if (!incident.doubts().isEmpty()) {
            details.put("doubts", truncate(String.join("; ", incident.doubts()), MAX_DETAIL_LENGTH));
        }
        details.put("message", truncate(notification.message(), MAX_DETAIL_LENGTH));
        details.put("node", truncate(incident.enrichment().host().node(), MAX_DETAIL_LENGTH));
        details.put("program", truncate(incident.fingerprint().executable(), MAX_DETAIL_LENGTH));
        details.put("target", truncate(incident.targetText(), MAX_DETAIL_LENGTH));
        details.put("tactics", truncate(String.join(", ", incident.tactics()), MAX_DETAIL_LENGTH));
        notification
                .response()
                .ifPresent(response -> details.put("response", truncate(response.state(), MAX_DETAIL_LENGTH)));
        ObjectNode labels = details.putObject("labels");
        incident.enrichment().labels().entrySet().stream()
                .limit(MAX_LABELS)
                .forEach(label -> labels.put(label.getKey(), truncate(label.getValue(), MAX_DETAIL_LENGTH)));
        return details;
    }

    /** Maps a priority to a PagerDuty severity. */
    static String severity(Priority priority) {
        return switch (priority) {
            case EMERGENCY, ALERT, CRITICAL -> "critical";
            case ERROR -> "error";
            case WARNING -> "warning";
            case NOTICE, INFORMATIONAL, DEBUG -> "info";
        };
    }

    private static String truncate(String text, int maxLength) {
        return TextLimit.cut(SafeText.oneLine(text), maxLength, "…");
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return "PagerDuty " + name;
    }
}
