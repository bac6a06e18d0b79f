package io.tiercel.functions.notify.pagerduty;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notify.text.GroupText;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.text.TextLimit;
import java.time.Instant;

/** The payloads of trigger events, within PagerDuty's limits: 1,024 characters in a summary, 512 KB in an event. */
final class PagerDutyPayload {
    static final int MAX_SUMMARY_LENGTH = 1024;
    private static final int MAX_DETAIL_LENGTH = 1024;
    private static final int MAX_LABELS = 20;

    private PagerDutyPayload() {}

    static ObjectNode of(GroupNotification notification) {
        GroupSummary group = notification.group();
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put(
                "summary", truncate(group.priority().label() + ": " + GroupText.headline(group), MAX_SUMMARY_LENGTH));
        payload.put("source", group.value().isBlank() ? "unknown" : truncate(group.value(), MAX_DETAIL_LENGTH));
        payload.put("severity", severity(group.priority()));
        payload.put("timestamp", group.since().toString());
        payload.put("class", "group of incidents");
        ObjectNode details = payload.putObject("custom_details");
        details.put("group", group.id());
        details.put("explanation", truncate(GroupText.explanation(group), MAX_DETAIL_LENGTH));
        details.put("incidents", group.incidents());
        details.put("open", group.openIncidents());
        details.put("alerts", group.alerts());
        details.put("verified", group.verified());
        ArrayNode causes = details.putArray("top");
        group.top()
                .forEach(cause -> causes.add(truncate(
                        cause.priority().label() + ": " + cause.rule() + " on " + cause.workload()
                                + (cause.target().isBlank() ? "" : " " + cause.target()) + ", count " + cause.count()
                                + ", incident " + cause.incidentId(),
                        MAX_DETAIL_LENGTH)));
        return payload;
    }

    static ObjectNode of(IncidentNotification notification) {
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
}
