package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.Subject;
import io.tiercel.functions.operate.IncidentFinder.Found;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.ResponsePlan;
import java.time.Instant;

/** All details of an incident as JSON. */
final class IncidentDetail {
    private static final int AUDIT_ENTRIES = 100;
    private static final String TECHNIQUES = "https://attack.mitre.org/techniques/";

    private final OperatorStores stores;
    private final OperatorServices services;
    private final IncidentFinder finder;

    IncidentDetail(OperatorStores stores, OperatorServices services, IncidentFinder finder) {
        this.stores = stores;
        this.services = services;
        this.finder = finder;
    }

    ObjectNode of(Found found, Instant now) {
        Incident incident = found.incident();
        ObjectNode view = finder.summary(found);
        view.put("headline", headline(incident));
        IncidentClosure closing = incident.lifecycle().closing();
        view.put("closedBy", closing == null ? null : closing.by());
        view.put("closedAt", closing == null ? null : closing.at().toString());
        ArrayNode techniques = view.putArray("techniques");
        incident.enrichment()
                .techniques()
                .forEach(technique -> techniques
                        .addObject()
                        .put("id", technique.id())
                        .put("name", technique.name())
                        .put("url", TECHNIQUES + technique.id().replace('.', '/') + "/"));
        incident.doubts().forEach(view.putArray("doubts")::add);
        view.set("enrichment", Json.MAPPER.valueToTree(incident.enrichment()));
        ArrayNode alerts = view.putArray("alerts");
        incident.sample().forEach(sample -> alerts.add(SampleFields.of(sample).document()));
        view.set("plan", plan(found));
        ArrayNode comments = view.putArray("comments");
        stores.notes()
                .comments(incident.id())
                .forEach(comment -> comments.addObject()
                        .put("at", comment.at().toString())
                        .put("by", comment.by())
                        .put("text", comment.text()));
        ArrayNode notifications = view.putArray("notifications");
        stores.notifications()
                .listRecords(Subject.incident(incident.id()))
                .forEach(record -> notifications.add(notification(record)));
        ArrayNode audit = view.putArray("audit");
        stores.audit().entriesFor(incident.id(), AUDIT_ENTRIES).forEach(record -> audit.add(auditEntry(record.line())));
        IncidentStory.addTo(view);
        view.set(
                "silencedBy",
                finder.silence(found.entry(), found.plan())
                        .<JsonNode>map(silence -> SilenceOperations.view(silence, now, 0))
                        .orElse(NullNode.instance));
        return view;
    }

    /** Returns one sentence: what happened, and where. */
    private static String headline(Incident incident) {
        HostFacts host = incident.enrichment().host();
        String program = incident.fingerprint().executable();
        String where = host.pod() != null
                ? "in pod " + host.namespace() + "/" + host.pod() + " on " + host.node()
                : host.containerName() != null
                        ? "in container " + host.containerName() + " on " + host.node()
                        : "on " + host.node();
        String target = incident.targetText();
        return incident.fingerprint().rule() + ": " + (program.isEmpty() ? "an event" : program)
                + (target.isEmpty() ? "" : " concerning " + target) + " " + where + ", "
                + incident.count() + (incident.count() == 1 ? " alert." : " alerts.");
    }

    private JsonNode plan(Found found) {
        ResponsePlan stored = found.plan();
        ResponsePlan plan = stored == null ? services.preview().preview(found.incident()) : stored;
        if (plan.steps().isEmpty()) {
            return NullNode.instance;
        }
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.put("id", plan.id());
        view.put("approvable", plan.approvable());
        view.put("releasable", plan.releasable());
        ArrayNode steps = view.putArray("steps");
        int index = 0;
        for (PlanStep step : plan.steps()) {
            steps.addObject()
                    .put("index", index++)
                    .put("action", step.action())
                    .put("target", step.target())
                    .put("state", step.state().label())
                    .put("mode", step.mode())
                    .put("policy", step.policy())
                    .put("note", step.note())
                    .put("deadline", step.until())
                    .put("approvedBy", step.by())
                    .put("releaseRestores", step.releaseRestores())
                    .put("approvable", step.approvable())
                    .put("releasable", step.releasable());
        }
        return view;
    }

    private static ObjectNode notification(NotificationRecord record) {
        NotificationRecord.Pending pending = record.pending();
        String state = pending == null
                ? record.delivered().messages() > 0 ? "delivered" : "none"
                : pending.silence() != null ? "withheld" : record.attempts().failed() > 0 ? "failing" : "pending";
        return JsonNodeFactory.instance
                .objectNode()
                .put("channel", record.channel())
                .put("state", state)
                .put("at", pending == null ? null : time(pending.since()))
                .put("error", record.attempts().error());
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    /** Returns the parts of an entry of the audit log that people read. */
    static ObjectNode auditEntry(String line) {
        JsonNode entry = SampleFields.of(line).document();
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.set("at", entry.path("time").isTextual() ? entry.path("time") : NullNode.instance);
        view.set("by", entry.path("actor").isTextual() ? entry.path("actor") : NullNode.instance);
        view.put("action", entry.path("summary").asText("unreadable entry"));
        view.set(
                "details",
                entry.path("details").isObject() ? entry.path("details") : JsonNodeFactory.instance.objectNode());
        return view;
    }
}
