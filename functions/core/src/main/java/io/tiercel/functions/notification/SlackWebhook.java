package io.tiercel.functions.notification;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * Slack through an incoming webhook. A webhook can neither edit a message nor find it again, so a growing incident is told
 * once per power of ten, and when it escalates, closes or opens again. The address is a secret and appears in no message,
 * exception or {@link #toString}.
 */
public final class SlackWebhook implements Notifier, AutoCloseable {
    /** Slack takes about one message per second from a webhook. */
    private static final Duration PACE = Duration.ofSeconds(1);

    private final String channel;
    private final Secret address;
    private final HttpPost http = new HttpPost("Slack", Duration.ZERO);

    /**
     * The webhook of an address.
     *
     * @param address as Slack shows it; must be https, or http to this machine: sending throws where it is not
     */
    public SlackWebhook(String channel, Secret address) {
        this.channel = channel;
        this.address = address;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public Duration pace() {
        return PACE;
    }

    /** {@inheritDoc} A secret that cannot be read or is no address fails the call: what is owed stays owed until it is. */
    @Override
    public Delivery send(Notice notice) {
        URI checked = checked();
        boolean ended = notice.situation().closed() != notice.last().situation().closed();
        if (!notice.first() && !notice.grown() && !ended && !notice.escalated() && !notice.reopened()) {
            return new Delivery.Unneeded();
        }
        byte[] payload =
                SlackMessage.root(notice, Buttons.NONE).payload().toString().getBytes(StandardCharsets.UTF_8);
        return http.send(checked, payload, Map.of());
    }

    /**
     * The address, if it is one.
     *
     * @throws IllegalArgumentException if it is not; the message does not hold it
     */
    public URI checked() {
        return HttpPost.address("the Slack webhook (" + address + ")", address.value());
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return "Slack webhook " + channel;
    }
}
