package io.tiercel.functions.local.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.credential.SenderIdentity;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.SenderCredentials;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.sqlite.AlertInbox;
import io.tiercel.functions.local.sqlite.InboxFullException;
import io.tiercel.functions.local.worker.AlertWorker;
import io.tiercel.functions.local.worker.SenderMetrics;
import io.tiercel.functions.privacy.Redactor;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * {@code POST /alerts}: verifies the sender, redacts and stores the batch, then returns 202. The credentials end here: only the result of the
 * verification is stored with the alerts. Verification may wait for the issuer's keys, so it runs on a worker thread.
 */
@Singleton
final class AlertsRoute {
    private static final Logger LOG = Logger.getLogger(AlertsRoute.class);
    private static final String PATH = "/alerts";

    /** The minimum time between log lines about senders that are not verified. Anybody can cause them. */
    private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

    private final AlertInbox inbox;
    private final AlertWorker worker;
    private final SenderIdentity identity;
    private final IntakeToken intakeToken;
    private final SenderMetrics metrics;
    private final Redactor redactor;
    private final InstantSource clock = InstantSource.system();
    private final AtomicLong nextLogMillis = new AtomicLong();

    @Inject
    AlertsRoute(
            AlertInbox inbox,
            AlertWorker worker,
            SenderIdentity identity,
            IntakeToken intakeToken,
            SenderMetrics metrics,
            Redactor redactor) {
        this.inbox = inbox;
        this.worker = worker;
        this.identity = identity;
        this.intakeToken = intakeToken;
        this.metrics = metrics;
        this.redactor = redactor;
    }

    void register(@Observes Router router) {
        Admission.blocking(router.post(PATH), this::handle);
    }

    private void handle(RoutingContext exchange) {
        Buffer body = exchange.body().buffer();
        try {
            SenderCredentials credentials = RequestCredentials.of(exchange.request());
            boolean known = intakeToken.isIn(credentials);
            Sender sender = sender(known ? withoutToken(credentials) : credentials);
            if (!sender.verified() && (identity.required() || intakeToken.required() && !known)) {
                reject(exchange, sender);
                return;
            }
            AlertBatch batch = AlertBatch.parse(
                    body == null ? "" : body.toString(StandardCharsets.UTF_8), redactor, clock.instant());
            List<AlertInbox.RejectedDocument> rejected =
                    batch.rejected().stream().map(AlertBatch.Rejected::document).toList();
            int accepted = inbox.accept(batch.alerts(), rejected, sender);
            metrics.accepted(sender, accepted);
            worker.wake(sender);
            JsonResponse.json(exchange, 202, receipt(batch, accepted));
        } catch (RequestCredentials.AmbiguousCredentialsException | AlertBatch.UnreadableBodyException e) {
            JsonResponse.error(exchange, 400, e.getMessage());
        } catch (AlertBatch.TooManyAlertsException e) {
            JsonResponse.error(exchange, 413, e.getMessage());
        } catch (InboxFullException | StoreUnavailable e) {
            JsonResponse.unavailable(exchange, e.getMessage());
        }
    }

    /** The cluster did not issue the intake token. Without it, a client certificate can still verify the sender. */
    private static SenderCredentials withoutToken(SenderCredentials credentials) {
        return new SenderCredentials(null, credentials.instanceIdentity(), credentials.certificateNames());
    }

    private void reject(RoutingContext exchange, Sender sender) {
        metrics.rejected();
        exchange.response().putHeader("WWW-Authenticate", "Bearer");
        JsonResponse.error(
                exchange,
                401,
                "the sender is " + sender.text()
                        + (identity.required()
                                ? "; this server rejects alerts of such senders"
                                : "; this server requires of such senders the token of TIERCEL_INTAKE_TOKEN, as a bearer"
                                        + " token or in the URL: https://falco:TOKEN@HOST/alerts"));
    }

    private Sender sender(SenderCredentials credentials) {
        Instant now = clock.instant();
        Sender sender = identity.verify(credentials, now);
        long due = nextLogMillis.get();
        if (!sender.verified()
                && sender.kind() != Sender.Kind.NONE
                && now.toEpochMilli() >= due
                && nextLogMillis.compareAndSet(due, now.plus(LOG_INTERVAL).toEpochMilli())) {
            LOG.warnf("alerts arrive from a sender that is %s", sender.text());
        }
        return sender;
    }

    /** The documents that are neither accepted nor duplicates are listed with a reason of limited length. */
    private static ObjectNode receipt(AlertBatch batch, int accepted) {
        ObjectNode receipt = JsonNodeFactory.instance.objectNode();
        receipt.put("accepted", accepted);
        receipt.put("duplicates", batch.alerts().size() - accepted);
        ArrayNode list = receipt.putArray("refused");
        for (AlertBatch.Rejected rejected : batch.rejected()) {
            list.addObject()
                    .put("index", rejected.index())
                    .put("code", rejected.document().code().code())
                    .put("reason", rejected.document().reason());
        }
        return receipt;
    }
}
