package io.tiercel.functions.local.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.sqlite.AlertInbox;
import io.tiercel.functions.local.sqlite.InboxFullException;
import io.tiercel.functions.local.worker.AlertWorker;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code POST /alerts}: stores the batch, then returns 202. */
@Singleton
final class AlertsRoute {
    private static final String PATH = "/alerts";

    private final AlertInbox inbox;
    private final AlertWorker worker;

    @Inject
    AlertsRoute(AlertInbox inbox, AlertWorker worker) {
        this.inbox = inbox;
        this.worker = worker;
    }

    void register(@Observes Router router) {
        router.post(PATH).order(RequestFilter.AFTER_FILTER).handler(AlertsRoute::preventFormParsing);
        router.post(PATH).blockingHandler(this::handle, false);
    }

    /** By default, curl labels a body as a form, and a form would be parsed before it arrives here. */
    private static void preventFormParsing(RoutingContext exchange) {
        exchange.request().headers().set("Content-Type", "application/json");
        exchange.next();
    }

    private void handle(RoutingContext exchange) {
        Buffer body = exchange.body().buffer();
        try {
            AlertBatch batch = AlertBatch.parse(body == null ? "" : body.toString(StandardCharsets.UTF_8));
            List<AlertInbox.RejectedDocument> rejected =
                    batch.rejected().stream().map(AlertBatch.Rejected::document).toList();
            int accepted = inbox.accept(batch.alerts(), rejected, Sender.NONE);
            worker.wake();
            JsonResponse.json(exchange, 202, receipt(batch, accepted));
        } catch (AlertBatch.UnreadableBodyException e) {
            JsonResponse.error(exchange, 400, e.getMessage());
        } catch (AlertBatch.TooManyAlertsException e) {
            JsonResponse.error(exchange, 413, e.getMessage());
        } catch (InboxFullException | StoreUnavailable e) {
            JsonResponse.error(exchange, 503, e.getMessage());
        }
    }

    private static ObjectNode receipt(AlertBatch batch, int accepted) {
        ObjectNode receipt = JsonNodeFactory.instance.objectNode();
        receipt.put("accepted", accepted);
        receipt.put("duplicates", batch.alerts().size() - accepted);
        ArrayNode list = receipt.putArray("refused");
        for (AlertBatch.Rejected rejected : batch.rejected()) {
            list.addObject()
                    .put("index", rejected.index())
                    .put("reason", rejected.document().reason());
        }
        return receipt;
    }
}
