package io.tiercel.functions.stage;

import io.tiercel.functions.incident.EnrichedAlert;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.audit.AuditVerifier;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.interact.FunctionUrl;
import io.tiercel.functions.interact.Interactions;
import io.tiercel.functions.notification.Announcer;
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
    private final EnrichedAlertPublisher enriched;
    private final DeduplicateStage deduplicating;
    private final Responder responder;
    private final Announcer announcer;
    private final SweepStage sweeping;
    private final Interactions interactions;
    private final AuditVerifier audit;

    @Inject
    public TiercelFunctions(
            EnrichStage enriching,
            EnrichedAlertPublisher enriched,
            DeduplicateStage deduplicating,
            Responder responder,
            Announcer announcer,
            SweepStage sweeping,
            Interactions interactions,
            AuditVerifier audit) {
        this.enriching = enriching;
        this.enriched = enriched;
        this.deduplicating = deduplicating;
        this.responder = responder;
        this.announcer = announcer;
        this.sweeping = sweeping;
        this.interactions = interactions;
        this.audit = audit;
    }

    /**
     * Takes one alert, ours or Falco's, asks everywhere about it and hands it on.
     *
     * @throws AlertRejected if the document is no alert
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
     * @throws AlertRejected if the document is not from {@code enrich}
     */
    @Funq("deduplicate")
    public AlertReceipt deduplicate(@Nullable JsonNode document) {
        return deduplicating.count(EnrichedAlert.read(document));
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

    /** Sends what the channels owe their readers and may send now, about one incident or about all. */
    @Funq("notify")
    public NotifyReceipt announce(@Nullable IncidentReference change) {
        Announcer.Round round = change == null || change.incidentId() == null
                ? announcer.announceDue(MESSAGES_PER_CALL)
                : announcer.announce(change.incidentId());
        return new NotifyReceipt(round.sent(), round.failed());
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

    /** Takes what people press in Slack and PagerDuty, as the URL of a Lambda function passes it on. */
    @Funq("interact")
    public FunctionUrl.Response interact(@Nullable JsonNode event) {
        return FunctionUrl.response(interactions.take(FunctionUrl.call(event)));
    }
}
