package io.tiercel.functions.stage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.TargetConfirmations;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.rules.alert.AlertLimits;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.text.Sha256;
import io.tiercel.rules.text.TextLimit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Raises alerts about sensors that name another host, pod or instance than their credential proves. Each sensor has one incident,
 * whatever it names. The alert concerns the sensor's own node, so that policies can respond to a node whose sensor lies.
 */
final class FalseClaims {
    /** Name of the rule of these alerts. */
    static final String RULE = "Sensor claims another node";

    private static final String SOURCE = "tiercel";
    private static final List<String> TAGS = List.of("T1036", "mitre_defense_evasion");
    private static final int MAX_REASONS = 5;
    private static final int MAX_TEXT = 300;

    private final Enricher enricher;

    FalseClaims(Enricher enricher) {
        this.enricher = enricher;
    }

    /**
     * Returns the alert that an alert raises. Its id follows from the sender and the id of the alert, so a repeated delivery
     * raises the same one.
     */
    Optional<EnrichedAlert> alert(EnrichedAlert enriched) {
        List<String> reasons = TargetConfirmations.of(enriched.enrichment()).falseClaims();
        if (reasons.isEmpty()) {
            return Optional.empty();
        }
        Sender sender = enriched.enrichment().sender();
        String node = String.valueOf(sender.instanceId() == null ? sender.node() : sender.instanceId());
        IdentifiedAlert raised = AlertParser.parse(document(enriched, node, reasons));
        return Optional.of(new EnrichedAlert(
                raised,
                new Fingerprint(enriched.enrichment().host().cluster(), RULE, "host " + node, "", sender.scope()),
                enricher.enrich(raised.alert(), sender)));
    }

    private static ObjectNode document(EnrichedAlert enriched, String node, List<String> reasons) {
        IdentifiedAlert original = enriched.alert();
        Sender sender = enriched.enrichment().sender();
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", "claim/" + Sha256.hex(sender.scoped(original.id())));
        document.put("hostname", TextLimit.cut(node, AlertLimits.MAX_HOSTNAME_CHARACTERS));
        document.put("priority", Priority.CRITICAL.label());
        document.put("rule", RULE);
        document.put("source", SOURCE);
        TAGS.forEach(document.putArray("tags")::add);
        document.put(
                "time", Instant.ofEpochSecond(0, original.alert().timeNanos()).toString());
        document.put(
                "output",
                "The " + sender.text() + " sent an alert that contradicts its credential: "
                        + limited(reasons.getFirst()));
        ObjectNode fields = document.putObject("output_fields");
        ArrayNode claims = fields.putArray("claim.contradictions");
        reasons.stream().limit(MAX_REASONS).map(FalseClaims::limited).forEach(claims::add);
        fields.put("claim.alert", original.id());
        fields.put("claim.rule", limited(original.alert().rule()));
        fields.put("claim.hostname", limited(original.alert().hostname()));
        return document;
    }

    private static String limited(String text) {
        return TextLimit.cut(SafeText.oneLine(text), MAX_TEXT, "...");
    }
}
