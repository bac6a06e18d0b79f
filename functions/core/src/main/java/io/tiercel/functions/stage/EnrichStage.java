package io.tiercel.functions.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.rules.alert.Alert;
import org.jspecify.annotations.Nullable;

/** The first stage: parses an alert, enriches it and computes its fingerprint. It stores nothing, so it can be repeated. */
public final class EnrichStage {
    private final Enricher enricher;
    private final IncidentRules rules;

    public EnrichStage(Enricher enricher, IncidentRules rules) {
        this.enricher = enricher;
        this.rules = rules;
    }

    /**
     * Parses and enriches an alert that arrived without a credential.
     *
     * @throws io.tiercel.functions.intake.AlertRejected if the document is not a valid alert
     */
    public Result enrich(@Nullable JsonNode document) {
        return enrich(document, Sender.NONE);
    }

    /**
     * Parses and enriches an alert from a sender.
     *
     * @throws io.tiercel.functions.intake.AlertRejected if the document is not a valid alert
     */
    public Result enrich(@Nullable JsonNode document, Sender sender) {
        IdentifiedAlert identified = AlertParser.parse(document);
        Alert alert = identified.alert();
        if (alert.source().equals(Alert.INTERNAL)) {
            return new Result.Health(identified);
        }
        Enrichment enrichment = enricher.enrich(alert, sender);
        return new Result.Enriched(new EnrichedAlert(
                identified,
                Fingerprints.of(
                        alert, enrichment.host(), rules.forRule(alert.rule()).fingerprint()),
                enrichment));
    }

    /** The kinds of input. */
    public sealed interface Result {
        /**
         * A sensor's message about itself.
         *
         * @param message the message
         */
        record Health(IdentifiedAlert message) implements Result {}

        /**
         * An alert about an event.
         *
         * @param alert the alert with its enrichment and fingerprint
         */
        record Enriched(EnrichedAlert alert) implements Result {}
    }
}
