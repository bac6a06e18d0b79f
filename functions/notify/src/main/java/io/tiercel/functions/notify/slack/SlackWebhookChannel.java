package io.tiercel.functions.notify.slack;

import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.ServiceAddress;
import io.tiercel.functions.notify.http.JsonHttpClient;
import io.tiercel.functions.notify.text.GroupMessage;
import io.tiercel.functions.notify.text.IncidentText;
import io.tiercel.functions.secret.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * A Slack incoming webhook. A webhook can neither edit nor find its messages. The channel therefore reports a growing
 * incident once per power of ten, and each change that {@link IncidentText#worthAMessage} names.
 *
 * <p>The address is a secret: it does not appear in messages, exceptions or {@link #toString}.
 */
public final class SlackWebhookChannel implements NotificationChannel {
    /** Slack accepts about one message per second from a webhook. */
    private static final Duration SEND_INTERVAL = Duration.ofSeconds(1);

    private final String name;
    private final Secret address;
    private final JsonHttpClient http = new JsonHttpClient("Slack", Duration.ZERO);

    /**
     * Creates a channel.
     *
     * @param address the webhook's address: https, or http to this machine
     */
    public SlackWebhookChannel(String name, Secret address) {
        this.name = name;
        this.address = address;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration sendInterval() {
        return SEND_INTERVAL;
    }

    /**
     * {@inheritDoc} Throws if the secret cannot be read or is not an address; the message then stays pending until the
     * secret is fixed.
     */
    @Override
    public DeliveryResult send(IncidentNotification notification) {
        URI checked = checkedAddress();
        return IncidentText.worthAMessage(notification)
                ? post(checked, SlackMessage.root(notification, ButtonSigner.NO_BUTTONS))
                : new DeliveryResult.Skipped();
    }

    /**
     * Returns the address.
     *
     * @throws IllegalArgumentException if the address is invalid; the message omits it
     */
    public URI checkedAddress() {
        return ServiceAddress.parse("the Slack webhook (" + address + ")", address.value());
    }

    /** {@inheritDoc} Reports the number of incidents at powers of ten, and the end. Throws like {@link #send}. */
    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        URI checked = checkedAddress();
        return GroupMessage.worthAMessage(notification, this)
                ? post(checked, SlackGroupMessage.root(notification))
                : new DeliveryResult.Skipped();
    }

    private DeliveryResult post(URI checked, SlackMessage message) {
        return http.send(checked, message.payload().toString().getBytes(StandardCharsets.UTF_8), Map.of());
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return "Slack webhook " + name;
    }
}
