package io.tiercel.functions;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.audit.AuditCheck;
import io.tiercel.functions.intake.AlertRefused;
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

    private final EnrichStage enriching;
    private final EnrichedAlerts enriched;
    private final DeduplicateStage deduplicating;
    private final Responder responder;
    private final NotificationDispatcher dispatcher;
    private final SweepStage sweeping;
    private final AuditCheck audit;

    @Inject
    public TiercelFunctions(
            EnrichStage enriching,
            EnrichedAlerts enriched,
            DeduplicateStage deduplicating,
            Responder responder,
            NotificationDispatcher dispatcher,
            SweepStage sweeping,
            AuditCheck audit) {
        this.enriching = enriching;
        this.enriched = enriched;
        this.deduplicating = deduplicating;
        this.responder = responder;
        this.dispatcher = dispatcher;
        this.sweeping = sweeping;
        this.audit = audit;
    }

    /**
     * Takes one alert, ours or Falco's, asks everywhere about it and hands it on.
     *
     * @throws AlertRefused if the document is no alert
     */
    @Funq("enrich")
    public AlertReceipt enrich(@Nullable JsonNode document) {
        return switch (enriching.take(document)) {
            case EnrichStage.Result.Health(var message) -> deduplicating.keep(message);
            case EnrichStage.Result.Enriched(EnrichedAlert alert) -> {
                enriched.send(alert);
                yield new AlertReceipt(alert.alert().id(), "enriched", null);
            }
        };
    }

    /**
     * Counts an enriched alert in its incident; the same alert again changes nothing.
     *
     * @throws AlertRefused if the document is not from {@code enrich}
     */
    @Funq("deduplicate")
    public AlertReceipt deduplicate(@Nullable JsonNode document) {
        return deduplicating.count(EnrichedAlert.read(document));
    }

    /**
     * Responds to an incident that has changed.
     *
     * @throws AlertRefused if no incident is named
     */
    @Funq("respond")
    public IncidentChange respond(@Nullable IncidentChange change) {
        if (change == null || change.incidentId() == null) {
            throw new AlertRefused("no incident is named: {\"incidentId\":\"...\"}");
        }
        responder.respond(change.incidentId());
        return change;
    }

    /** Delivers pending notifications about one incident or, without an argument, about all incidents. */
    @Funq("notify")
    public NotifyReceipt sendNotifications(@Nullable IncidentChange change) {
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
                : new SweepReceipt(sweeping.sweep(), null);
    }
}
