package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.stage.AuditStatus;
import java.time.DateTimeException;
import java.time.Instant;

/** The operation {@code list-audit}. It uses the last results of the verification and verifies only the hash of each entry shown. */
final class AuditOperations {
    private final OperatorStores stores;
    private final OperatorServices services;
    private final IncidentFinder finder;

    AuditOperations(OperatorStores stores, OperatorServices services, IncidentFinder finder) {
        this.stores = stores;
        this.services = services;
        this.finder = finder;
    }

    ObjectNode list(Arguments arguments) {
        String incident = arguments
                .text("incident")
                .map(id -> finder.find(id).incident().id())
                .orElse(null);
        AuditPages.Page page = stores.auditPages()
                .page(
                        incident,
                        arguments.text("by").orElse(null),
                        arguments.text("cursor").orElse(null),
                        arguments.number("limit"));
        AuditStatus status = services.auditStatus().get();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode items = answer.putArray("items");
        for (AuditRecord record : page.records()) {
            ObjectNode item = IncidentDetail.auditEntry(record.line());
            JsonNode about = SampleFields.of(record.line()).document().path("incident");
            item.set("incident", about.isTextual() ? about : JsonNodeFactory.instance.nullNode());
            item.put("verification", verification(record, item.path("at").asText(), status));
            items.add(item);
        }
        answer.put("next", page.next());
        Instant anchored = status.anchoredAt();
        Instant verified = status.verifiedAt();
        answer.putObject("verification")
                .put("anchoredAt", anchored == null ? null : anchored.toString())
                .put("verifiedAt", verified == null ? null : verified.toString())
                .put("findings", status.findings())
                .put("first", status.texts().isEmpty() ? null : status.texts().getFirst());
        return answer;
    }

    private static String verification(AuditRecord record, String at, AuditStatus status) {
        AuditHead before = new AuditHead(record.number() - 1, record.previous());
        if (status.damaged(record.chain())
                || AuditChain.mismatch(record.chain(), before, record).isPresent()) {
            return "damaged";
        }
        Instant anchored = status.anchoredAt();
        return anchored != null && time(at).isBefore(anchored) ? "anchored" : "not-yet-anchored";
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return Instant.MAX;
        }
    }
}
