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
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The first stage: parses an alert, enriches it and computes its fingerprint. It stores nothing, so it can be repeated. */
public final class EnrichStage {
    private final Enricher enricher;
    private final IncidentRules rules;
    private final FalseClaims falseClaims;

    public EnrichStage(Enricher enricher, IncidentRules rules) {
        this.enricher = enricher;
        this.rules = rules;
        this.falseClaims = new FalseClaims(enricher);
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
            return new Result.Health(identified, sender);
        }
        Enrichment enrichment = enricher.enrich(alert, sender);
        EnrichedAlert enriched = new EnrichedAlert(
                identified,
                Fingerprints.of(
                        alert, enrichment.host(), rules.forRule(alert.rule()).fingerprint()),
                enrichment);
        return new Result.Enriched(Stream.concat(falseClaims.alert(enriched).stream(), Stream.of(enriched))
                .toList());
    }

    /** The kinds of input. */
    public sealed interface Result {
        /**
         * A sensor's message about itself.
         *
         * @param message the message
         * @param sender its sender
         */
        record Health(IdentifiedAlert message, Sender sender) implements Result {}

        /**
         * An alert about an event, and the alerts that it raises.
         *
         * @param alerts the alerts to pass on, in this order: {@link FalseClaims}, if there are any, then the alert itself. If
         *     that fails halfway, the sender delivers the alert again, and each of them still counts once
         */
        record Enriched(List<EnrichedAlert> alerts) implements Result {
            /** Returns the alert that was received. */
            public EnrichedAlert alert() {
                return alerts.getLast();
            }
        }
    }
}
