package io.tiercel.functions.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.notification.NotificationDispatcher;
import io.tiercel.functions.respond.Responder;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The functions as Funqy exposes them, both over HTTP and as AWS Lambda functions. Each takes the JSON document as a tree, so that
 * our own parsers report the errors of an invalid document.
 *
 * <p>Every function can be called again with the same document. All throw {@link
 * io.tiercel.functions.incident.StoreUnavailable} if a store fails; the caller must then retry.
 */
@Singleton
public final class TiercelFunctions {
    private static final int MAX_MESSAGES_PER_CALL = 100;

    private final EnrichStage enrichStage;
    private final EnrichedAlertPublisher enrichedAlerts;
    private final DeduplicateStage deduplicateStage;
    private final Responder responder;
    private final NotificationDispatcher dispatcher;
    private final SweepStage sweepStage;
    private final AuditMaintenance audit;

    @Inject
    public TiercelFunctions(
            EnrichStage enrichStage,
            EnrichedAlertPublisher enrichedAlerts,
            DeduplicateStage deduplicateStage,
            Responder responder,
            NotificationDispatcher dispatcher,
            SweepStage sweepStage,
            AuditMaintenance audit) {
        this.enrichStage = enrichStage;
        this.enrichedAlerts = enrichedAlerts;
        this.deduplicateStage = deduplicateStage;
        this.responder = responder;
        this.dispatcher = dispatcher;
        this.sweepStage = sweepStage;
        this.audit = audit;
    }

    /**
     * Enriches one alert, from Tiercel or Falco, and passes it to {@code deduplicate}. Each deployment exports this function
     * itself, because each receives the sender's credentials in another way.
     *
     * @param sender the sender, as far as its credential proves it
     * @throws AlertRejected if the document is not a valid alert
     */
    public AlertReceipt enrich(@Nullable JsonNode document, Sender sender) {
        return switch (enrichStage.enrich(document, sender)) {
            case EnrichStage.Result.Health(var message, var healthSender) ->
                deduplicateStage.recordHealth(message, healthSender);
            case EnrichStage.Result.Enriched enriched -> {
                enriched.alerts().forEach(enrichedAlerts::publish);
                yield new AlertReceipt(enriched.alert().alert().id(), "enriched", null);
            }
        };
    }

    /**
     * Counts an enriched alert in its incident. Repeating the call changes nothing.
     *
     * @throws AlertRejected if the document does not come from {@code enrich}
     */
    @Funq("deduplicate")
    public AlertReceipt deduplicate(@Nullable JsonNode document) {
        return deduplicateStage.count(EnrichedAlert.parse(document));
    }

    /**
     * Responds to an incident that has changed.
     *
     * @throws AlertRejected if the message does not name an incident
     */
    @Funq("respond")
    public IncidentReference respond(@Nullable IncidentReference reference) {
        if (reference == null || reference.incidentId() == null) {
            throw new AlertRejected("the message does not name an incident; expected {\"incidentId\":\"...\"}");
        }
        responder.respond(reference.incidentId());
        return reference;
    }

    /** Delivers pending notifications, for one incident or for all. */
    @Funq("notify")
    public NotifyReceipt sendNotifications(@Nullable IncidentReference reference) {
        NotificationDispatcher.DispatchResult result = reference == null || reference.incidentId() == null
                ? dispatcher.dispatchPending(MAX_MESSAGES_PER_CALL)
                : dispatcher.dispatch(reference.incidentId());
        return new NotifyReceipt(result.sent(), result.failed());
    }

    /**
     * Runs the sweep stage, then anchors and verifies a part of the audit log. Called with {@code {"audit":"verify"}}, only continues
     * the verification.
     */
    @Funq("sweep")
    public SweepReceipt sweep(@Nullable JsonNode document) {
        if (document != null && document.path("audit").asText().equals("verify")) {
            return new SweepReceipt(0, audit.verify().description());
        }
        try {
            return new SweepReceipt(sweepStage.sweep(), null);
        } finally {
            // Also if a store of the incidents fails, because an attacker may have caused that.
            audit.run();
        }
    }
}
