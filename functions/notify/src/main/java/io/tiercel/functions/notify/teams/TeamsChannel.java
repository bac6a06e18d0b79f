package io.tiercel.functions.notify.teams;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.ServiceAddress;
import io.tiercel.functions.notify.http.JsonHttpClient;
import io.tiercel.functions.notify.text.GroupMessage;
import io.tiercel.functions.notify.text.IncidentText;
import io.tiercel.functions.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * A Microsoft Teams channel or chat, through a webhook of the Workflows app. A webhook can neither edit nor find its messages. The
 * channel therefore reports changes of the state, and a growing count once per power of ten.
 *
 * <p>The address is a secret: it does not appear in messages, exceptions or {@link #toString}.
 *
 * @see <a href="https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook">Webhooks in
 *     Teams</a>
 */
public final class TeamsChannel implements NotificationChannel {
    /** Teams throttles more than four requests per second. */
    private static final Duration SEND_INTERVAL = Duration.ofSeconds(1);

    /** Workflows answers 429 without a delay for flows that run too often. */
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(30);

    private final String name;
    private final Secret address;
    private final JsonHttpClient http = new JsonHttpClient("Microsoft Teams", DEFAULT_RETRY_AFTER);

    /**
     * Creates a channel.
     *
     * @param address the webhook's address: https, or http to this machine
     */
    public TeamsChannel(String name, Secret address) {
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

    /** {@inheritDoc} Throws if the secret cannot be read or is not an address; the message then stays pending until it is fixed. */
    @Override
    public DeliveryResult send(IncidentNotification notification) {
        return IncidentText.worthAMessage(notification)
                ? post(AdaptiveCard.of(notification))
                : new DeliveryResult.Skipped();
    }

    /** {@inheritDoc} Throws like {@link #send}. */
    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return GroupMessage.worthAMessage(notification, this)
                ? post(AdaptiveCard.of(notification))
                : new DeliveryResult.Skipped();
    }

    private DeliveryResult post(ObjectNode message) {
        return http.send(
                ServiceAddress.parse("the Teams webhook (" + address + ")", address.value()),
                message.toString().getBytes(StandardCharsets.UTF_8),
                Map.of());
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return "Microsoft Teams " + name;
    }
}
