package io.tiercel.functions.local;

import io.tiercel.functions.local.config.ServerConfig;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.file.ChannelContext;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notify.ConfiguredChannels;
import io.tiercel.functions.notify.InteractionEndpoint;
import io.tiercel.functions.notify.slack.SlackWebhookChannel;
import io.tiercel.functions.notify.terminal.TerminalChannel;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The notification channels of the server.
 *
 * @param all the terminal, the Slack webhook of the environment, and the channels of the notification file
 * @param routing the routes of the file; the terminal and the Slack webhook of the environment receive every incident
 * @param webhook the Slack webhook of the environment
 * @param configured the channels of the file
 */
record ServerChannels(
        List<NotificationChannel> all,
        Routing routing,
        Optional<SlackWebhookChannel> webhook,
        Optional<ConfiguredChannels> configured)
        implements AutoCloseable {
    static ServerChannels open(ServerConfig config, TerminalChannel terminal, InstantSource clock) {
        Optional<ConfiguredChannels> configured = config.notifications()
                .map(file -> ConfiguredChannels.open(
                        file, new ChannelContext(InteractionEndpoint.buttons(file.interact(), clock), clock)));
        List<NotificationChannel> all = new ArrayList<>(List.of(terminal));
        Set<String> unrouted = new HashSet<>(Set.of(terminal.name()));
        config.slackWebhook().ifPresent(webhook -> {
            all.add(webhook);
            unrouted.add(webhook.name());
        });
        configured.ifPresent(channels -> all.addAll(channels.channels()));
        return new ServerChannels(
                all,
                configured.map(channels -> channels.routing(unrouted)).orElse(Routing.ALL_CHANNELS),
                config.slackWebhook(),
                configured);
    }

    /** Returns the limits of a channel. */
    ChannelLimits limits(String channel) {
        return channel.equals(TerminalChannel.NAME)
                ? TerminalChannel.LIMITS
                : configured.map(file -> file.limits(channel)).orElse(ChannelLimits.DEFAULT);
    }

    @Override
    public void close() {
        webhook.ifPresent(SlackWebhookChannel::close);
        configured.ifPresent(ConfiguredChannels::close);
    }
}
