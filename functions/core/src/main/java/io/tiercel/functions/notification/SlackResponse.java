package io.tiercel.functions.notification;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Tells somebody who has pressed a button in Slack, and nobody else, what became of it: through a {@code response_url}. */
public final class SlackResponse implements AutoCloseable {
    private static final Duration TIME_OUT = Duration.ofSeconds(2);
    private static final int LIMIT = 1_000;

    private final Set<String> hosts;
    private final HttpPost http = new HttpPost("Slack", Duration.ZERO, TIME_OUT);

    /**
     * Tells it on these hosts only: what a call names as its {@code response_url} is not believed further than that.
     *
     * @param hosts e.g. {@code hooks.slack.com}
     */
    public SlackResponse(Set<String> hosts) {
        this.hosts = Set.copyOf(hosts);
    }

    /** Tells it on Slack's host alone. */
    public static SlackResponse toSlack() {
        return new SlackResponse(Set.of("hooks.slack.com"));
    }

    /** Tells it; if it cannot be told, the message's next edit shows what became of it. */
    public Delivery say(String responseUrl, String text) {
        try {
            URI uri = HttpPost.address("the response_url", responseUrl);
            if (!hosts.contains(uri.getHost())) {
                return new Delivery.Refused("the response_url is not Slack's");
            }
            String body = JsonNodeFactory.instance
                    .objectNode()
                    .put("response_type", "ephemeral")
                    .put("replace_original", false)
                    .put("text", SlackText.escaped(text, LIMIT))
                    .toString();
            return http.send(uri, body.getBytes(StandardCharsets.UTF_8), Map.of());
        } catch (IllegalArgumentException e) {
            return new Delivery.Refused(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
