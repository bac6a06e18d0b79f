package io.tiercel.functions.notify;

import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.file.ChannelConfig;
import io.tiercel.functions.notification.file.ConfiguredRouting;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notify.pagerduty.PagerDutyChannel;
import io.tiercel.functions.notify.slack.SlackApi;
import io.tiercel.functions.notify.slack.SlackApiClient;
import io.tiercel.functions.notify.slack.SlackBotChannel;
import io.tiercel.functions.notify.slack.SlackWebhookChannel;
import io.tiercel.functions.notify.webhook.WebhookChannel;
import io.tiercel.functions.secret.Secret;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The open channels of a notification file. */
public final class ConfiguredChannels implements AutoCloseable {
    private final NotificationFile file;
    private final ButtonSigner buttons;
    private final List<AutoCloseable> resources = new ArrayList<>();
    private final List<NotificationChannel> channels;

    private ConfiguredChannels(NotificationFile file, ButtonSigner buttons) {
        this.file = file;
        this.buttons = buttons;
        Set<String> fallbackOnly = new HashSet<>();
        for (ChannelConfig channel : file.channels().values()) {
            if (channel instanceof ChannelConfig.SlackBot slack && slack.fallback() != null) {
                fallbackOnly.add(slack.fallback());
            }
        }
        file.routes().forEach(route -> fallbackOnly.removeAll(route.channels()));
        this.channels = file.channels().values().stream()
                .filter(channel -> !fallbackOnly.contains(channel.name()))
                .map(this::open)
                .toList();
    }

    /** Opens the channels of a file. */
    public static ConfiguredChannels open(NotificationFile file, ButtonSigner buttons) {
        return new ConfiguredChannels(file, buttons);
    }

    /** The channels, without those that only serve as a fallback. */
    public List<NotificationChannel> channels() {
        return channels;
    }

    /**
     * The routing of the file.
     *
     * @param unrouted channels outside the file, which receive every incident
     */
    public Routing routing(Set<String> unrouted) {
        return file.routes().isEmpty() ? Routing.ALL_CHANNELS : new ConfiguredRouting(file.routes(), unrouted);
    }

    private NotificationChannel open(ChannelConfig channel) {
        return switch (channel) {
            case ChannelConfig.SlackBot(String name, Secret token, String conversation, URI api, String fallback) -> {
                SlackApi slack = register(new SlackApiClient(token, api));
                NotificationChannel bot = new SlackBotChannel(name, conversation, slack, buttons);
                yield fallback == null ? bot : new FallbackChannel(bot, openFallback(fallback));
            }
            case ChannelConfig.SlackWebhook(String name, Secret address) ->
                register(new SlackWebhookChannel(name, address));
            case ChannelConfig.PagerDuty(String name, URI service, Secret routingKey) ->
                register(new PagerDutyChannel(name, service, routingKey));
            case ChannelConfig.Webhook(String name, Secret address, Secret key) ->
                register(new WebhookChannel(name, address, key));
        };
    }

    private NotificationChannel openFallback(String name) {
        return open(Objects.requireNonNull(file.channels().get(name)));
    }

    private <T extends AutoCloseable> T register(T resource) {
        resources.add(resource);
        return resource;
    }

    @Override
    public void close() {
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close a channel", e);
            }
        }
    }
}
