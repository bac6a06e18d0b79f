package io.tiercel.functions.notification.file;

import io.tiercel.functions.notification.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A channel, as it is configured. */
public sealed interface ChannelSpec {
    /** Its name. */
    String name();

    /**
     * Slack through a bot.
     *
     * @param token {@code xoxb-...}
     * @param conversation name or id of the conversation
     * @param api Slack's Web API; null for Slack's own
     * @param fallback the channel that steps in; null for none
     */
    record Slack(
            String name,
            Secret token,
            String conversation,
            @Nullable URI api,
            @Nullable String fallback) implements ChannelSpec {}

    /**
     * Slack through an incoming webhook.
     *
     * @param address the webhook's address
     */
    record SlackHook(String name, Secret address) implements ChannelSpec {}

    /**
     * PagerDuty.
     *
     * @param service where events are sent
     * @param routingKey the integration key
     */
    record Pager(String name, URI service, Secret routingKey) implements ChannelSpec {}

    /**
     * Any program.
     *
     * @param address its address
     * @param key what messages are signed with
     */
    record Hook(String name, Secret address, Secret key) implements ChannelSpec {}
}
