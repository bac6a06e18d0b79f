package io.tiercel.functions.notification;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Any program that takes JSON over HTTPS. Each message is signed: {@code X-Tiercel-Signature} is {@code v1=} and the
 * HMAC-SHA256 of {@code v1:TIMESTAMP:BODY}, where the time stamp is that of {@code X-Tiercel-Timestamp}, seconds since the
 * epoch. A message that is sent again has the same {@code X-Tiercel-Delivery}.
 */
public final class Webhook implements Notifier, AutoCloseable {
    private static final int TEXT_LIMIT = 2_000;
    private static final int MAX_FIELDS = 200;

    private final String channel;
    private final Secret address;
    private final Secret key;
    private final HttpPost http = new HttpPost("the webhook", Duration.ZERO);

    /**
     * A webhook.
     *
     * @param address https, or http to this machine
     * @param key what its messages are signed with
     */
    public Webhook(String channel, Secret address, Secret key) {
        this.channel = channel;
        this.address = address;
        this.key = key;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public Duration pace() {
        return Duration.ZERO;
    }

    @Override
    public Delivery send(Notice notice) {
        if (!notice.first() && !notice.changed() && !notice.grown()) {
            return new Delivery.Unneeded();
        }
        URI uri = HttpPost.address("the webhook (" + address + ")", address.value());
        byte[] body = body(notice).toString().getBytes(StandardCharsets.UTF_8);
        String time = Long.toString(notice.now().getEpochSecond());
        String signed = Signature.of(key.value(), ("v1:" + time + ":").getBytes(StandardCharsets.UTF_8), body);
        return http.send(
                uri,
                body,
                Map.of(
                        "X-Tiercel-Timestamp",
                        time,
                        "X-Tiercel-Signature",
                        "v1=" + signed,
                        "X-Tiercel-Delivery",
                        notice.incident().id() + "-" + notice.last().sent()));
    }

    private static ObjectNode body(Notice notice) {
        Incident incident = notice.incident();
        Fingerprint cause = incident.fingerprint();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("version", 1);
        body.put("event", event(notice));
        ObjectNode about = body.putObject("incident");
        about.put("id", incident.id());
        about.put("state", notice.situation().state());
        about.put("episode", notice.situation().episode());
        about.put("priority", incident.priority().label());
        about.put("count", incident.count());
        about.put(
                "firstSeen", Instant.ofEpochSecond(0, incident.firstSeenNanos()).toString());
        about.put("lastSeen", Instant.ofEpochSecond(0, incident.lastSeenNanos()).toString());
        about.put("rule", cause.rule());
        about.put("cluster", cut(cause.cluster()));
        about.put("workload", cut(cause.workload()));
        about.put("executable", cut(cause.executable()));
        about.put("target", cut(cause.target()));
        about.put("message", cut(notice.words()));
        about.put("acknowledgedBy", notice.situation().acknowledgedBy());
        ArrayNode tactics = about.putArray("tactics");
        incident.tactics().forEach(tactics::add);
        ObjectNode facts = about.putObject("enrichment");
        new TreeMap<>(EnrichedFields.of(incident.enrichment()))
                .entrySet().stream()
                        .limit(MAX_FIELDS)
                        .forEach(fact -> facts.put(cut(fact.getKey()), cut(String.valueOf(fact.getValue()))));
        notice.response().ifPresent(response -> {
            ObjectNode plan = body.putObject("response").put("state", cut(response.state()));
            ArrayNode steps = plan.putArray("steps");
            response.steps().stream().limit(MAX_FIELDS).forEach(step -> steps.add(cut(step)));
        });
        return body;
    }

    private static String event(Notice notice) {
        if (notice.first()) {
            return "opened";
        }
        if (notice.situation().closed()) {
            return "closed";
        }
        if (notice.reopened()) {
            return "reopened";
        }
        if (notice.escalated()) {
            return "escalated";
        }
        if (notice.acknowledged()) {
            return "acknowledged";
        }
        return notice.changed() ? "changed" : "grown";
    }

    private static String cut(String text) {
        return text.length() <= TEXT_LIMIT ? text : text.substring(0, TEXT_LIMIT - 1) + SlackText.CUT;
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return "webhook " + channel;
    }
}
