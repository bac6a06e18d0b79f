package io.tiercel.functions.local.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.silence.InvalidSilence;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.notification.silence.Silence.Source;
import io.tiercel.functions.notification.silence.SilenceRequest;
import io.tiercel.functions.notification.silence.SilenceStatus;
import io.tiercel.functions.notification.silence.SilenceTimes;
import io.tiercel.functions.notification.silence.Silences;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code GET /silences}, {@code POST /silences} and {@code DELETE /silences/{id}}, protected by {@link TokenFilter}. */
@Singleton
final class SilencesRoute {
    private static final int MAX_BODY = 16 * 1024;
    private static final int MAX_BY = 90;
    private static final Set<String> TEXTS = Set.of("when", "reason", "owner", "until", "for", "by");
    private static final String ALL = "all";

    private final Silences silences;
    private final InstantSource clock = InstantSource.system();

    @Inject
    SilencesRoute(Silences silences) {
        this.silences = silences;
    }

    void register(@Observes Router router) {
        router.get("/silences").blockingHandler(handler(this::list), false);
        Admission.blocking(router.post("/silences"), handler(this::add));
        Admission.blocking(router.delete("/silences/:id"), handler(this::end));
    }

    private static Handler<RoutingContext> handler(Handler<RoutingContext> handler) {
        return exchange -> {
            try {
                handler.handle(exchange);
            } catch (InvalidSilence e) {
                JsonResponse.error(exchange, 400, e.getMessage());
            } catch (StoreUnavailable e) {
                JsonResponse.unavailable(exchange, e.getMessage());
            }
        };
    }

    private void list(RoutingContext exchange) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (SilenceStatus status : silences.list()) {
            Instant lastMatched = status.lastMatched();
            list.add(view(status.silence())
                    .put("error", status.error())
                    .put("incidents", status.incidents())
                    .put("moreIncidents", status.more())
                    .put("lastMatched", lastMatched == null ? null : lastMatched.toString()));
        }
        JsonResponse.json(exchange, 200, list);
    }

    private void add(RoutingContext exchange) {
        Buffer body = exchange.body().buffer();
        if (body != null && body.length() > MAX_BODY) {
            JsonResponse.error(exchange, 413, "the body is larger than " + MAX_BODY + " bytes");
            return;
        }
        JsonNode json;
        try {
            json = Json.SINGLE_DOCUMENT.readTree(body == null ? "" : body.toString(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            JsonResponse.error(exchange, 400, "the body is not JSON");
            return;
        }
        checkKeys(json);
        String by = by(text(json, "by"));
        String owner = text(json, "owner");
        SilenceRequest request = new SilenceRequest(
                text(json, "when"),
                text(json, "reason"),
                owner.isEmpty() ? by : owner,
                SilenceTimes.end(text(json, "until"), text(json, "for"), clock.instant()),
                json.path(ALL).asBoolean());
        JsonResponse.json(exchange, 201, view(silences.add(request, Source.API, by)));
    }

    private static void checkKeys(JsonNode json) {
        if (!json.isObject()) {
            throw new InvalidSilence(
                    "body", "it is not an object", "send {\"when\":\"CONDITION\",\"reason\":\"TEXT\",\"for\":\"8h\"}");
        }
        for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!TEXTS.contains(name) && !name.equals(ALL)) {
                throw new InvalidSilence(
                        "body",
                        "unknown key \"" + SafeText.oneLine(name.substring(0, Math.min(name.length(), 40))) + "\"",
                        "use all, " + String.join(", ", new TreeSet<>(TEXTS)));
            }
            if (TEXTS.contains(name) && !json.get(name).isTextual()) {
                throw new InvalidSilence(name, "it is not a text", "write a JSON string");
            }
        }
        if (json.has(ALL) && !json.get(ALL).isBoolean()) {
            throw new InvalidSilence(ALL, "it is not a Boolean", "write true or false");
        }
    }

    private static String text(JsonNode json, String key) {
        return json.path(key).asText("");
    }

    private void end(RoutingContext exchange) {
        String id = exchange.pathParam("id");
        Optional<Silence> ended = silences.end(id, by(exchange.request().getParam("by", "")));
        if (ended.isEmpty()) {
            JsonResponse.error(exchange, 404, "no active silence has this id; GET /silences lists all silences");
        } else {
            JsonResponse.json(
                    exchange, 200, JsonNodeFactory.instance.objectNode().put("outcome", "ended"));
        }
    }

    private static String by(@Nullable String name) {
        String line = SafeText.oneLine(name == null ? "" : name).strip();
        return line.isEmpty() ? "http" : "http:" + line.substring(0, Math.min(line.length(), MAX_BY));
    }

    /** Returns the JSON form of a silence. */
    static ObjectNode view(Silence silence) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", silence.id())
                .put("when", silence.when())
                .put("reason", silence.reason())
                .put("owner", silence.owner())
                .put("source", silence.source().label())
                .put("createdBy", silence.createdBy())
                .put(
                        "created",
                        silence.source() == Source.FILE
                                ? null
                                : silence.created().toString())
                .put("until", silence.until().toString());
    }
}
