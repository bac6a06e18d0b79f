package io.tiercel.functions.notification;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.rules.alert.Priority;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * PagerDuty through Events API v2: an incident triggers once, again when it escalates or has opened again, and is
 * acknowledged and resolved with ours. Its {@code dedup_key} is the incident's id, so a repetition after a crash changes
 * nothing.
 *
 * @see <a href="https://developer.pagerduty.com/docs/events-api-v2-overview">Events API v2</a>
 */
public final class PagerDuty implements Notifier, AutoCloseable {
    /** Where accounts of the US service region send events. */
    public static final URI US = URI.create("https://events.pagerduty.com");

    /** Where accounts of the EU service region send events. */
    public static final URI EU = URI.create("https://events.eu.pagerduty.com");

    static final int SUMMARY_LIMIT = 1024;
    static final int KEY_CHARACTERS = 32;
    private static final int DETAIL_LIMIT = 1024;
    private static final int MAX_LABELS = 20;

    /** PagerDuty asks for back-off of minutes where it is in trouble or has had too much. */
    private static final Duration LEAST_WAIT = Duration.ofMinutes(1);

    private final String channel;
    private final URI events;
    private final Secret routingKey;
    private final HttpPost http = new HttpPost("PagerDuty", LEAST_WAIT);

    /**
     * A service of PagerDuty.
     *
     * @param service {@link #US}, {@link #EU}, or what stands in for them in tests
     * @param routingKey the integration key, 32 characters
     */
    public PagerDuty(String channel, URI service, Secret routingKey) {
        this.channel = channel;
        this.events = service.resolve("/v2/enqueue");
        this.routingKey = routingKey;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public long nextCount(long announcedCount) {
        return NEVER;
    }

    @Override
    public Duration pause() {
        return Duration.ZERO;
    }

    @Override
    public Duration pace() {
        return Duration.ZERO;
    }

    @Override
    public Delivery send(Notice notice) {
        Optional<String> action = action(notice);
        if (action.isEmpty()) {
            return new Delivery.Unneeded();
        }
        String key = routingKey.value();
        if (key.length() != KEY_CHARACTERS) {
            return new Delivery.Refused("the routing key (" + routingKey + ") has " + key.length()
                    + " characters and not " + KEY_CHARACTERS + ": it is the integration key of \"Events API V2\"");
        }
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("routing_key", key);
        event.put("event_action", action.get());
        event.put("dedup_key", notice.incident().id());
        if (action.get().equals("trigger")) {
            event.put("client", "Tiercel");
            event.set("payload", payload(notice));
        }
        return http.send(events, event.toString().getBytes(StandardCharsets.UTF_8), Map.of());
    }

    private static Optional<String> action(Notice notice) {
        Situation now = notice.situation();
        if (now.closed()) {
            return notice.first() || notice.last().situation().closed() ? Optional.empty() : Optional.of("resolve");
        }
        if (notice.first() || notice.reopened() || notice.escalated()) {
            return Optional.of("trigger");
        }
        return notice.acknowledged() ? Optional.of("acknowledge") : Optional.empty();
    }

    private static ObjectNode payload(Notice notice) {
        Incident incident = notice.incident();
        Fingerprint cause = incident.fingerprint();
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put(
                "summary",
                cut(incident.priority().label() + ": " + cause.rule() + " on " + cause.workload(), SUMMARY_LIMIT));
        payload.put("source", cut(source(incident.enrichment()), DETAIL_LIMIT));
        payload.put("severity", severity(incident.priority()));
        payload.put(
                "timestamp", Instant.ofEpochSecond(0, incident.firstSeenNanos()).toString());
        payload.put("component", cut(cause.workload(), DETAIL_LIMIT));
        payload.put("class", cut(cause.rule(), DETAIL_LIMIT));
        if (!cause.cluster().isBlank()) {
            payload.put("group", cut(cause.cluster(), DETAIL_LIMIT));
        }
        payload.set("custom_details", details(notice));
        return payload;
    }

    private static String source(Enrichment enrichment) {
        String node = enrichment.host().node();
        return enrichment.instance() != null ? enrichment.instance().id() : node.isBlank() ? "unknown" : node;
    }

    private static ObjectNode details(Notice notice) {
        Incident incident = notice.incident();
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.put("incident", incident.id());
        details.put("count", incident.count());
        details.put("message", cut(notice.words(), DETAIL_LIMIT));
        details.put("node", cut(incident.enrichment().host().node(), DETAIL_LIMIT));
        details.put("program", cut(incident.fingerprint().executable(), DETAIL_LIMIT));
        details.put("target", cut(incident.fingerprint().target(), DETAIL_LIMIT));
        details.put("tactics", cut(String.join(", ", incident.tactics()), DETAIL_LIMIT));
        notice.response().ifPresent(response -> details.put("response", cut(response.state(), DETAIL_LIMIT)));
        ObjectNode labels = details.putObject("labels");
        incident.enrichment().labels().entrySet().stream()
                .limit(MAX_LABELS)
                .forEach(label -> labels.put(label.getKey(), cut(label.getValue(), DETAIL_LIMIT)));
        return details;
    }

    /** PagerDuty's word for a priority. */
    static String severity(Priority priority) {
        return switch (priority) {
            case EMERGENCY, ALERT, CRITICAL -> "critical";
            case ERROR -> "error";
            case WARNING -> "warning";
            case NOTICE, INFORMATIONAL, DEBUG -> "info";
        };
    }

    private static String cut(String text, int limit) {
        String line = SafeText.oneLine(text);
        if (line.length() <= limit) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(limit - 2)) ? limit - 2 : limit - 1;
        return line.substring(0, end) + SlackText.CUT;
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return "PagerDuty " + channel;
    }
}
