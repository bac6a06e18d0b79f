package io.tiercel.functions.notify.pagerduty;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.secret.Secret;
import io.tiercel.http.BoundedHttpClient;
import io.tiercel.http.HttpLimits;
import io.tiercel.http.HttpResult;
import io.tiercel.http.OutboundRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Raises the urgency of a PagerDuty incident through the REST API: {@code GET /incidents} finds it by its key, {@code PUT
 * /incidents/ID} changes it in the name of a user. The token needs write access to incidents.
 *
 * @see <a href="https://developer.pagerduty.com/api-reference">REST API</a>
 */
final class PagerDutyIncidentsApi implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration EXCHANGE = Duration.ofSeconds(10);

    /** The Events API creates the incident a moment after it has accepted the event. */
    private static final Duration NOT_YET_CREATED = Duration.ofSeconds(5);

    /** A rotated token takes effect after some minutes. */
    private static final int UNAUTHORIZED = 401;

    private static final int TOO_MANY_REQUESTS = 429;
    private static final Pattern ID = Pattern.compile("[A-Z0-9]{3,32}");

    private final URI api;
    private final Secret token;
    private final String from;
    private final Optional<String> priority;
    private final BoundedHttpClient http =
            new BoundedHttpClient(new HttpLimits(CONNECT, EXCHANGE, HttpLimits.MAX_BODY_BYTES));

    /**
     * Creates a client.
     *
     * @param api base address
     * @param token an API token
     * @param from the e-mail address of the user that makes the change
     * @param priority the id of the priority that the incident gets; empty to leave it unchanged
     */
    PagerDutyIncidentsApi(URI api, Secret token, String from, Optional<String> priority) {
        this.api = api;
        this.token = token;
        this.from = from;
        this.priority = priority;
    }

    /**
     * Raises the urgency of the open incident with a key to high. A repeated call changes nothing.
     *
     * @return {@link DeliveryResult.Sent}, or why it failed
     */
    DeliveryResult raise(String key) {
        URI search = api.resolve("/incidents?statuses[]=triggered&statuses[]=acknowledged&limit=1&incident_key="
                        .replace("[", "%5B")
                        .replace("]", "%5D")
                + URLEncoder.encode(key, StandardCharsets.UTF_8));
        return switch (exchange("GET", search, new byte[0])) {
            case HttpResult.NoResponse failed -> noResponse(failed);
            case HttpResult.Responded found when !found.successful() -> failed("search", found);
            case HttpResult.Responded found -> {
                Optional<String> id = id(found.body());
                yield id.isPresent()
                        ? update(id.get())
                        : new DeliveryResult.Retry(NOT_YET_CREATED, "PagerDuty has no open incident with the key");
            }
        };
    }

    private DeliveryResult update(String id) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode incident = body.putObject("incident");
        incident.put("type", "incident_reference").put("urgency", "high");
        priority.ifPresent(
                reference -> incident.putObject("priority").put("id", reference).put("type", "priority_reference"));
        return switch (exchange(
                "PUT", api.resolve("/incidents/" + id), body.toString().getBytes(StandardCharsets.UTF_8))) {
            case HttpResult.NoResponse failed -> noResponse(failed);
            case HttpResult.Responded responded ->
                responded.successful() ? new DeliveryResult.Sent() : failed("update", responded);
        };
    }

    private HttpResult exchange(String method, URI address, byte[] body) {
        Map<String, String> headers = Map.of(
                "Authorization",
                "Token token=" + token.value(),
                "Accept",
                "application/vnd.pagerduty+json;version=2",
                "Content-Type",
                "application/json",
                "From",
                from);
        try {
            return http.send(new OutboundRequest(method, address, headers, body));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new HttpResult.NoResponse(HttpResult.Failure.CLOSED, "interrupted");
        }
    }

    /**
     * Returns the id of the first listed incident. The list is the only array of the response: the client replaces parts of the request's
     * address in it, among them the name of the list. The id becomes a part of an address, so anything else is ignored.
     */
    private static Optional<String> id(String body) {
        try {
            for (JsonNode part : Json.MAPPER.readTree(body)) {
                String id = part.isArray() ? part.path(0).path("id").asText() : "";
                if (ID.matcher(id).matches()) {
                    return Optional.of(id);
                }
            }
        } catch (JsonProcessingException e) {
            // A response that is not JSON names no incident.
        }
        return Optional.empty();
    }

    private static DeliveryResult noResponse(HttpResult.NoResponse failed) {
        return new DeliveryResult.Retry(Duration.ZERO, "no response from PagerDuty's REST API: " + failed.reason());
    }

    private static DeliveryResult failed(String call, HttpResult.Responded responded) {
        String reason = "PagerDuty's REST API responded to the " + call + " with " + responded.status();
        return responded.status() == UNAUTHORIZED
                        || responded.status() == TOO_MANY_REQUESTS
                        || responded.status() >= 500
                ? new DeliveryResult.Retry(responded.retryAfter().orElse(PagerDutyChannel.DEFAULT_RETRY_AFTER), reason)
                : new DeliveryResult.Rejected(reason);
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return "PagerDuty REST API with " + token;
    }
}
