package io.tiercel.functions.aws.dynamodb;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import java.time.Instant;
import java.util.List;

/** Alerts for tests. */
public final class Alerts {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Enricher ENRICHER = new Enricher("", AttackTechniques.load());

    private Alerts() {}

    static EnrichedAlert enriched(String id, String rule, Instant time) {
        IncidentAlert alert = incidentAlert(id, rule, "Notice", time);
        return new EnrichedAlert(
                new IdentifiedAlert(id, alert.alert(), alert.document(), alert.document()),
                alert.fingerprint(),
                alert.enrichment());
    }

    /** Returns an alert whose rule determines the cause. */
    public static IncidentAlert incidentAlert(String id, String rule, String priority, Instant time, String... tags) {
        ObjectNode document = JSON.createObjectNode()
                .put("id", id)
                .put("hostname", "node-1")
                .put("rule", rule)
                .put("priority", priority)
                .put("source", "syscall")
                .put("time", time.toString())
                .put("message", "something happened as " + id);
        document.putArray("tags")
                .addAll(List.of(tags).stream()
                        .map(JSON.getNodeFactory()::textNode)
                        .toList());
        document.putObject("output_fields").put("proc.exepath", "/usr/bin/cat").put("fd.name", "/etc/shadow");
        IdentifiedAlert identified = AlertParser.parse(document);
        Enrichment enrichment = ENRICHER.enrich(identified.alert());
        return new IncidentAlert(
                identified.id(),
                identified.alert(),
                identified.sampleDocument(),
                Fingerprints.of(identified.alert(), enrichment.host()),
                enrichment);
    }
}
