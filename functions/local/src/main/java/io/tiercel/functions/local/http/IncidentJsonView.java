package io.tiercel.functions.local.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.enrich.TargetConfirmations;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.respond.ResponsePlan;
import java.time.Instant;
import java.util.List;

/** Incidents as JSON, for the HTTP API. */
final class IncidentJsonView {
    private IncidentJsonView() {}

    /** The summary of an incident, for lists. */
    static ObjectNode summary(Incident incident) {
        Fingerprint cause = incident.fingerprint();
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.put("id", incident.id());
        view.put("rule", cause.rule());
        view.put("priority", incident.priority().label());
        view.put("state", incident.lifecycle().label());
        view.put("escalation", incident.lifecycle().escalation());
        view.put("episode", incident.lifecycle().episode());
        view.put("count", incident.count());
        view.put("verifiedCount", incident.verifiedCount());
        view.put("firstSeen", time(incident.firstSeenNanos()));
        view.put("lastSeen", time(incident.lastSeenNanos()));
        view.put("openedAt", incident.openedAt().toString());
        IncidentClosure closing = incident.lifecycle().closing();
        view.set(
                "closed",
                closing == null
                        ? JsonNodeFactory.instance.nullNode()
                        : JsonNodeFactory.instance
                                .objectNode()
                                .put("at", closing.at().toString())
                                .put("by", closing.by()));
        view.put("cluster", cause.cluster());
        view.put("workload", cause.workload());
        view.put("executable", cause.executable());
        view.put("target", cause.target());
        view.put("folded", incident.folded());
        view.put("foldedCauses", incident.foldedCauses());
        ArrayNode tactics = view.putArray("tactics");
        incident.tactics().forEach(tactics::add);
        return view;
    }

    /** All details of an incident. */
    static ObjectNode details(
            Incident incident, ResponsePlan plan, List<NotificationRecord> records, List<AuditRecord> audit) {
        ObjectNode view = summary(incident);
        view.put("fingerprint", incident.fingerprint().digest());
        view.put("sender", incident.enrichment().sender().text());
        incident.doubts().forEach(view.putArray("doubts")::add);
        view.set("confirmations", Json.MAPPER.valueToTree(TargetConfirmations.of(incident.enrichment())));
        view.set("enrichment", Json.MAPPER.valueToTree(incident.enrichment()));
        view.set("plan", plan(plan));
        ArrayNode notifications = view.putArray("notifications");
        records.forEach(record -> notifications.add(NotificationJsonView.of(record)));
        ArrayNode sample = view.putArray("sample");
        incident.sample().forEach(document -> sample.add(document(document)));
        ArrayNode log = view.putArray("audit");
        audit.forEach(record -> log.add(document(record.line())));
        return view;
    }

    /** Parses a stored document; returns it as text if it is not JSON. */
    static JsonNode document(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.textNode(json);
        }
    }

    private static String time(long nanos) {
        return Instant.ofEpochSecond(0, nanos).toString();
    }

    private static ObjectNode plan(ResponsePlan plan) {
        ObjectNode view = Json.MAPPER.valueToTree(plan);
        view.put("waiting", plan.approvable());
        for (int i = 0; i < plan.steps().size(); i++) {
            ((ObjectNode) view.path("steps").path(i))
                    .put("state", plan.steps().get(i).state().label());
        }
        return view;
    }
}
