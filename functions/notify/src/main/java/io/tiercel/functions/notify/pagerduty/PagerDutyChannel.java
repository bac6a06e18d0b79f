package io.tiercel.functions.notify.pagerduty;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notify.http.JsonHttpClient;
import io.tiercel.functions.secret.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A PagerDuty service, through Events API v2. An incident triggers once, and again when it reopens; {@link OnEscalation} says what an
 * escalation does. A group triggers once. All alerts of an incident are acknowledged and resolved together with it. The {@code
 * dedup_key} is the id of the incident or group, so that a repeated event after a crash has no effect.
 *
 * @see <a href="https://developer.pagerduty.com/docs/events-api-v2-overview">Events API v2</a>
 */
public final class PagerDutyChannel implements NotificationChannel {
    static final int KEY_LENGTH = 32;

    /** PagerDuty asks clients to back off for minutes after server errors and rate limiting. */
    static final Duration DEFAULT_RETRY_AFTER = Duration.ofMinutes(1);

    /** The time in which the events for all alerts of an incident start. */
    private static final Duration MAX_EVENTS_TIME = Duration.ofSeconds(10);

    /** The thread of a group that was resolved. */
    private static final String RESOLVED = "resolved";

    private final String name;
    private final URI events;
    private final Secret routingKey;
    private final OnEscalation onEscalation;
    private final Optional<PagerDutyIncidentsApi> incidents;
    private final JsonHttpClient http = new JsonHttpClient("PagerDuty", DEFAULT_RETRY_AFTER);

    /**
     * Creates a channel.
     *
     * @param service base address of the Events API
     * @param routingKey the integration key, 32 characters
     * @param incidents the REST API; present exactly for {@link OnEscalation#INCIDENTS_API}
     */
    PagerDutyChannel(
            String name,
            URI service,
            Secret routingKey,
            OnEscalation onEscalation,
            Optional<PagerDutyIncidentsApi> incidents) {
        this.name = name;
        this.events = service.resolve("/v2/enqueue");
        this.routingKey = routingKey;
        this.onEscalation = onEscalation;
        this.incidents = incidents;
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
        NotificationState current = notification.state();
        AlertKeys keys = AlertKeys.stored(
                notification.incident().id(), notification.previous().thread());
        if (current.closed()) {
            return notification.first() || notification.previous().state().closed()
                    ? new DeliveryResult.Skipped()
                    : all("resolve", keys);
        }
        if (notification.first() || notification.reopened()) {
            return open(notification, keys);
        }
        if (notification.escalated()) {
            return escalate(notification, keys);
        }
        return notification.acknowledged() ? all("acknowledge", keys) : new DeliveryResult.Skipped();
    }

    /** Triggers the first alert of an episode. Its end or acknowledgement may not have had a message of its own. */
    private DeliveryResult open(IncidentNotification notification, AlertKeys keys) {
        if (!notification.first() && !notification.previous().state().closed()) {
            DeliveryResult resolved = all("resolve", keys);
            if (!(resolved instanceof DeliveryResult.Sent)) {
                return resolved;
            }
        }
        AlertKeys initial = new AlertKeys(keys.id(), 0);
        DeliveryResult result = trigger(initial.last(), PagerDutyPayload.of(notification));
        if (result instanceof DeliveryResult.Sent
                && !notification.state().acknowledgedBy().isEmpty()) {
            result = all("acknowledge", initial);
        }
        return thread(result, initial);
    }

    private DeliveryResult escalate(IncidentNotification notification, AlertKeys keys) {
        AlertKeys next = onEscalation == OnEscalation.NEW_ALERT ? keys.afterEscalation() : keys;
        DeliveryResult triggered = trigger(next.last(), PagerDutyPayload.of(notification));
        if (triggered instanceof DeliveryResult.Sent && incidents.isPresent()) {
            triggered = incidents.get().raise(next.last());
        }
        return thread(triggered, next);
    }

    /**
     * {@inheritDoc} PagerDuty appends a trigger with the key of an open alert to that alert, and pages nobody again. Such an event
     * reports that the group has become more urgent. After the resolution of a group nothing is sent, because it would page again:
     * an incident that reopens has a message of its own.
     */
    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        if (RESOLVED.equals(notification.previous().thread())) {
            return new DeliveryResult.Skipped();
        }
        String key = notification.group().id();
        if (notification.closed()) {
            return notification.first() ? new DeliveryResult.Skipped() : resolveGroup(key);
        }
        return notification.first() || notification.moreUrgent()
                ? trigger(key, PagerDutyPayload.of(notification))
                : new DeliveryResult.Skipped();
    }

    private DeliveryResult resolveGroup(String key) {
        DeliveryResult result = event("resolve", key, Optional.empty());
        return result instanceof DeliveryResult.Sent ? new DeliveryResult.Sent(RESOLVED) : result;
    }

    private DeliveryResult trigger(String key, ObjectNode payload) {
        return event("trigger", key, Optional.of(payload));
    }

    /** Sends one event for each alert; a retry repeats all of them, which PagerDuty ignores. */
    private DeliveryResult all(String action, AlertKeys keys) {
        long start = System.nanoTime();
        for (String key : keys.all()) {
            if (System.nanoTime() - start > MAX_EVENTS_TIME.toNanos()) {
                return new DeliveryResult.Retry(Duration.ZERO, "PagerDuty responds too slowly");
            }
            DeliveryResult result = event(action, key, Optional.empty());
            if (!(result instanceof DeliveryResult.Sent)) {
                return result;
            }
        }
        return new DeliveryResult.Sent();
    }

    private static DeliveryResult thread(DeliveryResult result, AlertKeys keys) {
        return result instanceof DeliveryResult.Sent ? new DeliveryResult.Sent(keys.thread()) : result;
    }

    private DeliveryResult event(String action, String key, Optional<ObjectNode> payload) {
        String routing = routingKey.value();
        if (routing.length() != KEY_LENGTH) {
            return new DeliveryResult.Rejected(
                    "the routing key (" + routingKey + ") has " + routing.length() + " characters instead of "
                            + KEY_LENGTH + "; use the integration key of the \"Events API V2\" integration");
        }
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("routing_key", routing);
        event.put("event_action", action);
        event.put("dedup_key", key);
        payload.ifPresent(body -> event.put("client", "Tiercel").set("payload", body));
        return http.send(events, event.toString().getBytes(StandardCharsets.UTF_8), Map.of());
    }

    @Override
    public void close() {
        http.close();
        incidents.ifPresent(PagerDutyIncidentsApi::close);
    }

    @Override
    public String toString() {
        return "PagerDuty " + name;
    }
}
