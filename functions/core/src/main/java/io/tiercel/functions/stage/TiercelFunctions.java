package io.tiercel.functions.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.audit.AuditVerifier;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.notification.NotificationDispatcher;
import io.tiercel.functions.respond.Responder;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The functions as they are called, the same over HTTP and as Lambdas. The JSON document is the parameter as it came: Funqy
 * reads it from an HTTP body and from the body of each SQS message alike, and a wrong one is told why by our own readers.
 * Every function may be called again with the same document; all throw
 * {@link io.tiercel.functions.incident.StoreUnavailable} where a store fails, and are then to be called again.
 */
@Singleton
public final class TiercelFunctions {
    private static final int MESSAGES_PER_CALL = 100;

    private final EnrichStage enrichStage;
    private final EnrichedAlertPublisher enriched;
    private final DeduplicateStage deduplicateStage;
    private final Responder responder;
    private final NotificationDispatcher dispatcher;
    private final SweepStage sweepStage;
    private final AuditVerifier audit;

    @Inject
    public TiercelFunctions(
            EnrichStage enrichStage,
            EnrichedAlertPublisher enriched,
            DeduplicateStage deduplicateStage,
            Responder responder,
            NotificationDispatcher dispatcher,
            SweepStage sweepStage,
            AuditVerifier audit) {
        this.enrichStage = enrichStage;
        this.enriched = enriched;
        this.deduplicateStage = deduplicateStage;
        this.responder = responder;
        this.dispatcher = dispatcher;
        this.sweepStage = sweepStage;
        this.audit = audit;
    }

    /**
     * Takes one alert, ours or Falco's, asks everywhere about it and hands it on.
     *
     * @throws AlertRejected if the document is no alert
     */
    @Funq("enrich")
    public AlertReceipt enrich(@Nullable JsonNode document) {
        return switch (enrichStage.enrich(document)) {
            case EnrichStage.Result.Health(var message) -> deduplicateStage.recordHealth(message);
            case EnrichStage.Result.Enriched(EnrichedAlert alert) -> {
                enriched.publish(alert);
                yield new AlertReceipt(alert.alert().id(), "enriched", null);
            }
        };
    }

    /**
     * Counts an enriched alert in its incident; the same alert again changes nothing.
     *
     * @throws AlertRejected if the document is not from {@code enrich}
     */
    @Funq("deduplicate")
    public AlertReceipt deduplicate(@Nullable JsonNode document) {
        return deduplicateStage.count(EnrichedAlert.parse(document));
    }

    /**
     * Responds to an incident that has changed.
     *
     * @throws AlertRejected if no incident is named
     */
    @Funq("respond")
    public IncidentReference respond(@Nullable IncidentReference change) {
        if (change == null || change.incidentId() == null) {
            throw new AlertRejected("no incident is named: {\"incidentId\":\"...\"}");
        }
        responder.respond(change.incidentId());
        return change;
    }

    /** Delivers pending notifications about one incident or, without an argument, about all incidents. */
    @Funq("notify")
    public NotifyReceipt sendNotifications(@Nullable IncidentReference change) {
        NotificationDispatcher.DispatchResult result = change == null || change.incidentId() == null
                ? dispatcher.dispatchPending(MESSAGES_PER_CALL)
                : dispatcher.dispatch(change.incidentId());
        return new NotifyReceipt(result.sent(), result.failed());
    }

    /**
     * Does what is due by time, whatever it is called with; called with {@code {"audit":"verify"}} it looks instead whether
     * the audit log is as it was written.
     */
    @Funq("sweep")
    public SweepReceipt sweep(@Nullable JsonNode document) {
        return document != null && document.path("audit").asText().equals("verify")
                ? new SweepReceipt(0, audit.verify().words())
                : new SweepReceipt(sweepStage.sweep(), null);
    }
}
