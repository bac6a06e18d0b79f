package io.tiercel.functions.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.LookupRecord;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Alerts for tests of stores. The rule of an alert determines its incident. */
public final class Alerts {
    private static final Enricher ENRICHER = new Enricher("", AttackTechniques.load());

    private Alerts() {}

    /** Returns an alert in Falco's JSON format, with a time in the first hour of 2026. */
    public static String json(String id, String rule, int second) {
        return """
                {"id":"%s","hostname":"node-7","output":"12:00:00.000000000: Warning Something","priority":"Warning",\
                "output_fields":{"container.id":"host","fd.name":"/etc/shadow","proc.exepath":"/usr/bin/cat","proc.pid":%d},\
                "rule":"%s","source":"syscall","tags":["T1003","mitre_credential_access"],\
                "time":"2026-01-01T00:%02d:%02d.000000000Z"}""".formatted(id, second, rule, second / 60 % 60, second % 60);
    }

    /** Returns alerts of one incident as JSON, with the ids {@code prefix/0} and up. */
    public static List<String> ofOneIncident(String prefix, String rule, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> json(prefix + "/" + i, rule, i))
                .toList();
    }

    /** Returns an enriched alert. */
    public static EnrichedAlert enriched(String id, String rule, Instant time) {
        IncidentAlert alert = incidentAlert(id, rule, "Notice", time);
        return new EnrichedAlert(
                new IdentifiedAlert(id, alert.alert(), alert.document(), alert.document()),
                alert.fingerprint(),
                alert.enrichment());
    }

    /** Returns an alert as the incident store records it. */
    public static IncidentAlert incidentAlert(String id, String rule, String priority, Instant time, String... tags) {
        ObjectNode document = Json.MAPPER
                .createObjectNode()
                .put("id", id)
                .put("hostname", "node-1")
                .put("rule", rule)
                .put("priority", priority)
                .put("source", "syscall")
                .put("time", time.toString())
                .put("message", "something happened as " + id);
        document.putArray("tags")
                .addAll(List.of(tags).stream()
                        .map(Json.MAPPER.getNodeFactory()::textNode)
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

    /** Returns the alert with another sender and another cause. */
    public static IncidentAlert from(Sender sender, IncidentAlert alert, Fingerprint cause) {
        Enrichment enrichment = alert.enrichment();
        return new IncidentAlert(
                sender.scoped(alert.alertId()),
                alert.alert(),
                alert.document(),
                cause,
                new Enrichment(
                        sender,
                        enrichment.host(),
                        enrichment.techniques(),
                        enrichment.tactics(),
                        enrichment.instance(),
                        enrichment.node(),
                        enrichment.pod(),
                        enrichment.network(),
                        enrichment.labels(),
                        enrichment.lookups()));
    }

    /** Returns the enrichment as it would be if all lookups of the targets had timed out. */
    public static Enrichment withoutLookups(Enrichment enrichment) {
        return new Enrichment(
                enrichment.sender(),
                enrichment.host(),
                enrichment.techniques(),
                enrichment.tactics(),
                null,
                null,
                null,
                enrichment.network(),
                enrichment.labels(),
                enrichment.lookups().stream()
                        .map(lookup -> new LookupRecord(
                                lookup.source(), lookup.subject(), LookupRecord.TIMED_OUT, lookup.startedMillis()))
                        .toList());
    }
}
