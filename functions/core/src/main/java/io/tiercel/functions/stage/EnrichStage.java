package io.tiercel.functions.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.rules.alert.Alert;
import org.jspecify.annotations.Nullable;

/** The first stage: an alert is read, asked about everywhere, and its cause found. Keeps nothing, so it may be repeated. */
public final class EnrichStage {
    private final Enricher enricher;
    private final IncidentRules rules;

    public EnrichStage(Enricher enricher, IncidentRules rules) {
        this.enricher = enricher;
        this.rules = rules;
    }

    /**
     * Takes an alert as it came.
     *
     * @throws io.tiercel.functions.intake.AlertRejected if the document is no alert
     */
    public Result enrich(@Nullable JsonNode document) {
        IdentifiedAlert identified = AlertParser.parse(document);
        Alert alert = identified.alert();
        if (alert.source().equals(Alert.INTERNAL)) {
            return new Result.Health(identified);
        }
        Enrichment enrichment = enricher.enrich(alert);
        return new Result.Enriched(new EnrichedAlert(
                identified,
                Fingerprints.of(alert, enrichment.host(), rules.of(alert.rule()).fingerprint()),
                enrichment));
    }

    /** What an alert turned out to be. */
    public sealed interface Result {
        /**
         * A sensor's message about itself.
         *
         * @param message the message
         */
        record Health(IdentifiedAlert message) implements Result {}

        /**
         * Something happened.
         *
         * @param alert what, with all that is known about it
         */
        record Enriched(EnrichedAlert alert) implements Result {}
    }
}
