package io.tiercel.functions.notify.alertmanager;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notify.http.Authorization;
import io.tiercel.functions.notify.http.DeliveryHttpClient;
import io.tiercel.functions.notify.text.GroupMessage;
import io.tiercel.functions.notify.text.IncidentText;
import io.tiercel.functions.notify.text.MessageFact;
import io.tiercel.http.OutboundRequest;
import io.tiercel.http.TlsFiles;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.text.TextLimit;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Prometheus Alertmanager, through API version 2. An open incident is a firing alert, and a closed one is resolved. If the severity of an
 * incident changes, the alert with the old severity is resolved in the same request.
 *
 * <p>Alertmanager resolves an alert at its {@code endsAt}. The channel sets it so far ahead that the incident is closed before, and sends
 * a growing incident again.
 *
 * @see <a href="https://prometheus.io/docs/alerting/latest/alerts_api/">Alerts API</a>
 */
public final class AlertmanagerChannel implements NotificationChannel {
    /** The time between two updates of an incident that grows. Alertmanager does not notify because of them. */
    private static final Duration UPDATE_INTERVAL = Duration.ofMinutes(5);

    /** Shared by all instances: a slow one must not delay the others for long. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final int MAX_ANNOTATION_LENGTH = 1_000;

    private final String name;
    private final List<URI> addresses;
    private final Authorization authorization;
    private final AlertLabels labels;
    private final Duration resolveAfter;
    private final DeliveryHttpClient http;

    /**
     * Creates a channel.
     *
     * @param addresses the addresses of the API of all instances of a cluster, at least one
     * @param authorization the header of each request
     * @param labels the labels of the alerts
     * @param resolveAfter how long an alert fires after the last message about it
     */
    AlertmanagerChannel(
            String name,
            List<URI> addresses,
            Authorization authorization,
            TlsFiles tls,
            AlertLabels labels,
            Duration resolveAfter) {
        this.name = name;
        this.addresses = List.copyOf(addresses);
        this.authorization = authorization;
        this.labels = labels;
        this.resolveAfter = resolveAfter;
        this.http = new DeliveryHttpClient("Alertmanager", Duration.ZERO, TIMEOUT.dividedBy(addresses.size()), tls);
    }

    @Override
    public String name() {
        return name;
    }

    /** Every growth is reported, at intervals, so that annotations are current and the alert keeps firing. */
    @Override
    public long nextCount(long deliveredCount) {
        return deliveredCount + 1;
    }

    @Override
    public Duration updateInterval() {
        return UPDATE_INTERVAL;
    }

    @Override
    public Duration sendInterval() {
        return Duration.ZERO;
    }

    @Override
    public DeliveryResult send(IncidentNotification notification) {
        boolean closed = notification.state().closed();
        if (closed && notification.first()) {
            return new DeliveryResult.Skipped();
        }
        Incident incident = notification.incident();
        Map<String, String> annotations = annotations(
                IncidentText.headline(notification), notification.message(), IncidentText.facts(notification));
        ArrayNode alerts = JsonNodeFactory.instance.arrayNode();
        Priority priority = incident.priority();
        previousPriority(notification.previous().state().priority())
                .filter(previous -> !AlertLabels.severity(previous).equals(AlertLabels.severity(priority)))
                .ifPresent(previous -> alerts.add(alert(
                        labels.of(notification, previous),
                        annotations,
                        incident.openedAt(),
                        notification.now(),
                        true)));
        alerts.add(
                alert(labels.of(notification, priority), annotations, incident.openedAt(), notification.now(), closed));
        return post(alerts);
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        if (notification.closed() && notification.first()) {
            return new DeliveryResult.Skipped();
        }
        Map<String, String> annotations =
                annotations(GroupMessage.headline(notification), "", GroupMessage.facts(notification));
        Instant since = notification.group().since();
        ArrayNode alerts = JsonNodeFactory.instance.arrayNode();
        Priority priority = notification.group().priority();
        previousPriority(notification.previous().state().priority())
                .filter(previous -> !AlertLabels.severity(previous).equals(AlertLabels.severity(priority)))
                .ifPresent(previous -> alerts.add(alert(
                        labels.of(notification.group(), previous), annotations, since, notification.now(), true)));
        alerts.add(alert(
                labels.of(notification.group(), priority),
                annotations,
                since,
                notification.now(),
                notification.closed()));
        return post(alerts);
    }

    private static Optional<Priority> previousPriority(String label) {
        return label.isEmpty() ? Optional.empty() : Priority.parse(label);
    }

    private ObjectNode alert(
            Map<String, String> alertLabels,
            Map<String, String> annotations,
            Instant startsAt,
            Instant now,
            boolean resolved) {
        ObjectNode alert = JsonNodeFactory.instance.objectNode();
        ObjectNode labelNode = alert.putObject("labels");
        alertLabels.forEach(labelNode::put);
        ObjectNode annotationNode = alert.putObject("annotations");
        annotations.forEach(annotationNode::put);
        // An alert that ends before it starts is invalid.
        alert.put("startsAt", (startsAt.isAfter(now) ? now : startsAt).toString());
        alert.put("endsAt", (resolved ? now : now.plus(resolveAfter)).toString());
        return alert;
    }

    /** Returns the annotations: a summary, the message of the first alert as description, and the facts. */
    private static Map<String, String> annotations(String summary, String description, List<MessageFact> facts) {
        Map<String, String> annotations = new TreeMap<>();
        facts.forEach(fact -> annotations.merge(
                fact.name()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9_]", "_")
                        .replaceFirst("^(?=[0-9])", "_"),
                fact.value(),
                (first, second) -> TextLimit.cut(first + "; " + second, MAX_ANNOTATION_LENGTH, "…")));
        annotations.put("summary", summary);
        if (!description.isBlank()) {
            annotations.put("description", TextLimit.cut(SafeText.oneLine(description), MAX_ANNOTATION_LENGTH, "…"));
        }
        return annotations;
    }

    /** Posts to every instance: a cluster of Alertmanager does not exchange alerts. One that accepts them is enough. */
    private DeliveryResult post(ArrayNode alerts) {
        byte[] body = alerts.toString().getBytes(StandardCharsets.UTF_8);
        Map<String, String> headers = new TreeMap<>(authorization.headers());
        headers.put("Content-Type", "application/json");
        DeliveryResult result = new DeliveryResult.Rejected("no address");
        for (URI address : addresses) {
            result = better(result, http.send(OutboundRequest.post(address, headers, body)));
        }
        return result;
    }

    private static DeliveryResult better(DeliveryResult first, DeliveryResult second) {
        return rank(second) <= rank(first) ? second : first;
    }

    private static int rank(DeliveryResult result) {
        return switch (result) {
            case DeliveryResult.Sent ignored -> 0;
            case DeliveryResult.Skipped ignored -> 1;
            case DeliveryResult.Retry ignored -> 2;
            case DeliveryResult.Rejected ignored -> 3;
        };
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return "Alertmanager " + name;
    }
}
