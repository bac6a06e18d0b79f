package io.tiercel.functions.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.intake.RejectionReason;
import io.tiercel.rules.alert.Alert;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The first stage: parses an alert, enriches it and computes its fingerprint. It stores nothing, so it can be repeated. */
public final class EnrichStage {
    private final Enricher enricher;
    private final IncidentRules rules;
    private final FalseClaims falseClaims;
    private final boolean senderRequired;

    /** Creates a stage that accepts alerts of all senders. */
    public EnrichStage(Enricher enricher, IncidentRules rules) {
        this(enricher, rules, false);
    }

    /** @param senderRequired whether alerts of unverified senders are rejected */
    public EnrichStage(Enricher enricher, IncidentRules rules, boolean senderRequired) {
        this.enricher = enricher;
        this.rules = rules;
        this.falseClaims = new FalseClaims(enricher);
        this.senderRequired = senderRequired;
    }

    /**
     * Parses and enriches an alert that arrived without a credential.
     *
     * @throws AlertRejected if the document is not a valid alert
     */
    public Result enrich(@Nullable JsonNode document) {
        return enrich(document, Sender.NONE);
    }

    /**
     * Parses and enriches an alert from a sender, which was accepted before.
     *
     * @throws AlertRejected if the document is not a valid alert, or if its sender must be verified and is not
     */
    public Result enrich(@Nullable JsonNode document, Sender sender) {
        requireSender(sender);
        return enrich(AlertParser.parse(document), sender);
    }

    /**
     * Parses and enriches an alert that has just arrived from a sender. Times that are too far ahead are replaced ({@link
     * io.tiercel.functions.intake.FutureTimes}).
     *
     * @param receivedAt the time of arrival
     * @throws AlertRejected if the document is not a valid alert, or if its sender must be verified and is not
     */
    public Result enrich(@Nullable JsonNode document, Sender sender, Instant receivedAt) {
        requireSender(sender);
        return enrich(AlertParser.parse(document, receivedAt), sender);
    }

    /** Returns whether the enrichment of an alert may wait for other systems. */
    public boolean waits() {
        return enricher.waits();
    }

    private void requireSender(Sender sender) {
        if (senderRequired && !sender.verified()) {
            throw new AlertRejected(
                    RejectionReason.SENDER,
                    "the sender is " + sender.text() + "; TIERCEL_IDENTITY_REQUIRED rejects its alerts");
        }
    }

    /**
     * Enriches an alert that was parsed before.
     *
     * @throws AlertRejected if its sender must be verified and is not
     */
    public Result enrich(IdentifiedAlert identified, Sender sender) {
        requireSender(sender);
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
