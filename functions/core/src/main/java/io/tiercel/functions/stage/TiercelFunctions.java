package io.tiercel.functions.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.audit.AuditVerifier;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.SensorHealth;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.notification.NotificationDispatcher;
import io.tiercel.functions.respond.Responder;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The functions except {@link AlertIntake}, as Funqy exposes them over HTTP and as AWS Lambda functions. Each takes the JSON document as a tree, so that
 * our own parsers report the errors of an invalid document.
 *
 * <p>Every function can be called again with the same document. All throw {@link
 * io.tiercel.functions.incident.StoreUnavailable} if a store fails; the caller must then retry.
 */
@Singleton
public final class TiercelFunctions {
    private static final int MAX_MESSAGES_PER_CALL = 100;

    private final DeduplicateStage deduplicateStage;
    private final Responder responder;
    private final NotificationDispatcher dispatcher;
    private final SweepStage sweepStage;
    private final AuditVerifier audit;

    @Inject
    public TiercelFunctions(
            DeduplicateStage deduplicateStage,
            Responder responder,
            NotificationDispatcher dispatcher,
            SweepStage sweepStage,
            AuditVerifier audit) {
        this.deduplicateStage = deduplicateStage;
        this.responder = responder;
        this.dispatcher = dispatcher;
        this.sweepStage = sweepStage;
        this.audit = audit;
    }

    /**
     * Counts an enriched alert in its incident, or stores a sensor's message about itself. Repeating the call changes nothing.
     *
     * @throws AlertRejected if the document does not come from {@code enrich}
     */
    @Funq("deduplicate")
    public AlertReceipt deduplicate(@Nullable JsonNode document) {
        if (document != null && SensorHealth.isSensorHealth(document)) {
            SensorHealth health = SensorHealth.parse(document);
            return deduplicateStage.recordHealth(health.message(), health.sender());
        }
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

    /** Runs the sweep stage. Called with {@code {"audit":"verify"}}, verifies the audit log instead. */
    @Funq("sweep")
    public SweepReceipt sweep(@Nullable JsonNode document) {
        return document != null && document.path("audit").asText().equals("verify")
                ? new SweepReceipt(0, audit.verify().description())
                : new SweepReceipt(sweepStage.sweep(), null);
    }
}
