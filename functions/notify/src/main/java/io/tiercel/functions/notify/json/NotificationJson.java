package io.tiercel.functions.notify.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.ResponseStatus;
import io.tiercel.rules.text.TextLimit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The JSON document of a notification, for programs. {@code docs/channels.md} describes it. A document that would exceed the limit has
 * shorter texts and fewer fields, and {@code "truncated": true}.
 */
public final class NotificationJson {
    /** The maximum size of a message of SNS, EventBridge and SQS, in bytes. */
    public static final int MAX_MESSAGE_BYTES = 256 * 1024;

    private static final int VERSION = 1;

    /** From full to minimal. A document of the last one has less than 40 KiB, whatever its texts contain. */
    private static final List<Detail> DETAILS =
            List.of(new Detail(2_000, 200), new Detail(500, 50), new Detail(100, 10));

    private NotificationJson() {}

    /**
     * The maximum size of parts of a document.
     *
     * @param textLength characters of a text
     * @param items entries of a list or of the enrichment
     */
    private record Detail(int textLength, int items) {
        String text(String text) {
            return TextLimit.cut(SafeText.wellFormed(text), textLength, "…");
        }

        void addAll(ArrayNode array, Collection<String> texts) {
            texts.stream().limit(items).forEach(text -> array.add(text(text)));
        }
    }

    /**
     * Returns the document of a notification about an incident.
     *
     * @param maxBytes the maximum size as UTF-8, at least 64 KiB
     */
    public static ObjectNode of(IncidentNotification notification, int maxBytes) {
        return within(maxBytes, detail -> incident(notification, detail));
    }

    /**
     * Returns the document of a notification about a group.
     *
     * @param maxBytes the maximum size as UTF-8, at least 64 KiB
     */
    public static ObjectNode of(GroupNotification notification, int maxBytes) {
        return within(maxBytes, detail -> group(notification, detail));
    }

    /** Returns a document as UTF-8. */
    public static byte[] bytes(ObjectNode document) {
        return document.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Returns a document as UTF-8 with a line feed. */
    public static byte[] line(ObjectNode document) {
        return (document + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode within(int maxBytes, Function<Detail, ObjectNode> create) {
        ObjectNode document = create.apply(DETAILS.getFirst());
        for (Detail detail : DETAILS.subList(1, DETAILS.size())) {
            if (bytes(document).length <= maxBytes) {
                return document;
            }
            document = create.apply(detail).put("truncated", true);
        }
        return document;
    }

    private static ObjectNode incident(IncidentNotification notification, Detail detail) {
        ObjectNode document = document(NotificationEvent.of(notification));
        Incident incident = notification.incident();
        Fingerprint cause = incident.fingerprint();
        ObjectNode json = document.putObject("incident");
        json.put("id", incident.id());
        json.put("state", notification.state().state());
        json.put("episode", notification.state().episode());
        json.put("priority", incident.priority().label());
        json.put("count", incident.count());
        json.put("verifiedCount", incident.verifiedCount());
        json.put("sender", detail.text(incident.enrichment().sender().text()));
        detail.addAll(json.putArray("doubts"), incident.doubts());
        json.put(
                "firstSeen", Instant.ofEpochSecond(0, incident.firstSeenNanos()).toString());
        json.put("lastSeen", Instant.ofEpochSecond(0, incident.lastSeenNanos()).toString());
        json.put("openedAt", incident.openedAt().toString());
        json.put("rule", detail.text(cause.rule()));
        json.put("cluster", detail.text(cause.cluster()));
        json.put("workload", detail.text(cause.workload()));
        json.put("executable", detail.text(cause.executable()));
        json.put("target", detail.text(cause.target()));
        json.put("folded", incident.folded());
        json.put("foldedCauses", incident.foldedCauses());
        json.put("message", detail.text(notification.message()));
        json.put("acknowledgedBy", detail.text(notification.state().acknowledgedBy()));
        detail.addAll(json.putArray("tactics"), incident.tactics());
        ObjectNode enrichment = json.putObject("enrichment");
        new TreeMap<>(EnrichedFields.of(incident.enrichment()))
                .entrySet().stream()
                        .limit(detail.items())
                        .forEach(field -> enrichment.put(
                                detail.text(field.getKey()), detail.text(String.valueOf(field.getValue()))));
        notification.response().ifPresent(response -> response(document, response, detail));
        return document;
    }

    private static void response(ObjectNode document, ResponseStatus response, Detail detail) {
        ObjectNode plan = document.putObject("response").put("state", detail.text(response.state()));
        detail.addAll(plan.putArray("steps"), response.steps());
    }

    private static ObjectNode group(GroupNotification notification, Detail detail) {
        ObjectNode document = document(NotificationEvent.of(notification));
        GroupSummary group = notification.group();
        ObjectNode json = document.putObject("group");
        json.put("id", group.id());
        json.put("state", notification.closed() ? "closed" : "open");
        json.put("dimension", group.dimension().name().toLowerCase(Locale.ROOT));
        json.put("value", detail.text(group.value()));
        json.put("priority", group.priority().label());
        json.put("verified", group.verified());
        json.put("incidents", group.incidents());
        json.put("openIncidents", group.openIncidents());
        json.put("alerts", group.alerts());
        json.put("since", group.since().toString());
        json.put("until", group.until().toString());
        ArrayNode top = json.putArray("top");
        group.top().stream().limit(GroupSummary.MAX_TOP).forEach(cause -> {
            ObjectNode one = top.addObject();
            one.put("incident", cause.incidentId());
            one.put("state", cause.open() ? "open" : "closed");
            one.put("priority", cause.priority().label());
            one.put("count", cause.count());
            one.put("rule", detail.text(cause.rule()));
            one.put("workload", detail.text(cause.workload()));
            one.put("target", detail.text(cause.target()));
        });
        return document;
    }

    private static ObjectNode document(NotificationEvent event) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("version", VERSION);
        document.put("event", event.label());
        return document;
    }
}
