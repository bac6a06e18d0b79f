package io.tiercel.functions.notify.slack;

import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.ServiceAddress;
import io.tiercel.functions.notify.http.JsonHttpClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Sends replies through the {@code response_url} of a button click. */
public final class SlackResponseUrlClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Set<String> hosts;
    private final JsonHttpClient http = new JsonHttpClient("Slack", Duration.ZERO, TIMEOUT);

    /**
     * Creates a client.
     *
     * @param hosts the hosts that a {@code response_url} may have, e.g. {@code hooks.slack.com}
     */
    public SlackResponseUrlClient(Set<String> hosts) {
        this.hosts = Set.copyOf(hosts);
    }

    /** Creates a client that accepts Slack's own host only. */
    public static SlackResponseUrlClient create() {
        return new SlackResponseUrlClient(Set.of("hooks.slack.com"));
    }

    /** Sends a message. If it cannot be delivered, the next update of the incident's message shows the result. */
    public DeliveryResult reply(String responseUrl, SlackReply reply) {
        try {
            URI uri = ServiceAddress.parse("the response_url", responseUrl);
            if (!hosts.contains(uri.getHost())) {
                return new DeliveryResult.Rejected("the host of the response_url is not Slack's");
            }
            String body = reply.payload().toString();
            return http.send(uri, body.getBytes(StandardCharsets.UTF_8), Map.of());
        } catch (IllegalArgumentException e) {
            return new DeliveryResult.Rejected(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
