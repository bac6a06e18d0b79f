package io.tiercel.functions.notification.file;

import io.tiercel.functions.secret.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The configuration of one channel. */
public sealed interface ChannelConfig {
    /** The name of the channel. */
    String name();

    /**
     * A Slack bot.
     *
     * @param token the bot token, {@code xoxb-...}
     * @param conversation name or id of the conversation
     * @param api base address of the Web API; null for Slack's own
     * @param fallback the channel that takes over if Slack rejects a message; null for none
     */
    record SlackBot(
            String name,
            Secret token,
            String conversation,
            @Nullable URI api,
            @Nullable String fallback) implements ChannelConfig {}

    /**
     * A Slack incoming webhook.
     *
     * @param address the webhook's address
     */
    record SlackWebhook(String name, Secret address) implements ChannelConfig {}

    /**
     * A PagerDuty service.
     *
     * @param service address of the Events API
     * @param routingKey the integration key
     */
    record PagerDuty(String name, URI service, Secret routingKey) implements ChannelConfig {}

    /**
     * A program that receives signed JSON.
     *
     * @param address its address
     * @param key the key that signs the messages
     */
    record Webhook(String name, Secret address, Secret key) implements ChannelConfig {}
}
