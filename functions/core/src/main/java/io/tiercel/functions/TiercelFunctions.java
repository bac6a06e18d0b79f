package io.tiercel.functions;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.notification.Announcer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The functions as they are called, the same over HTTP and as Lambdas. The JSON document is the parameter as it came: Funqy
 * reads it from an HTTP body and from the body of each SQS message alike, and a wrong alert is told why by our own reader.
 */
@Singleton
public final class TiercelFunctions {
    private final AlertFlow alerts;
    private final Announcer announcer;
    private static final int MESSAGES_PER_CALL = 100;

    @Inject
    public TiercelFunctions(AlertFlow alerts, Announcer announcer) {
        this.alerts = alerts;
        this.announcer = announcer;
    }

    /**
     * Counts one alert, ours or Falco's; the same alert again changes nothing.
     *
     * @throws io.tiercel.functions.intake.AlertRefused if the document is no alert
     * @throws io.tiercel.functions.incident.StoreUnavailable if it could not be stored; to be delivered again
     */
    @Funq("alert")
    public AlertReceipt alert(@Nullable JsonNode document) {
        return alerts.take(document);
    }

    /** Sends what the channels owe their readers and may send now, about one incident or about all. */
    @Funq("announce")
    public AnnounceReceipt announce(@Nullable AnnounceRequest request) {
        Announcer.Round round = request == null || request.incidentId() == null
                ? announcer.announceDue(MESSAGES_PER_CALL)
                : announcer.announce(request.incidentId());
        return new AnnounceReceipt(round.sent(), round.failed());
    }
}
