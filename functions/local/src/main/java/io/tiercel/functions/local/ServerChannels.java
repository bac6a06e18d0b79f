package io.tiercel.functions.local;

import io.tiercel.functions.local.config.ServerConfig;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.Routing;
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
 * The channels to people, as the settings say.
 *
 * @param notifiers the terminal, the Slack webhook of the environment, and those of the file
 * @param routing who is told of what: the first two of everything
 * @param webhook the Slack webhook of the environment
 * @param channels those of the file
 */
record ServerChannels(
        List<NotificationChannel> notifiers,
        Routing routing,
        Optional<SlackWebhookChannel> webhook,
        Optional<ConfiguredChannels> channels)
        implements AutoCloseable {
    static ServerChannels of(ServerConfig settings, TerminalChannel terminal, InstantSource clock) {
        Optional<ConfiguredChannels> channels = settings.notifications()
                .map(file -> ConfiguredChannels.open(file, InteractionEndpoint.buttons(file.interact(), clock)));
        List<NotificationChannel> notifiers = new ArrayList<>(List.of(terminal));
        Set<String> always = new HashSet<>(Set.of(terminal.name()));
        settings.slackWebhook().ifPresent(webhook -> {
            notifiers.add(webhook);
            always.add(webhook.name());
        });
        channels.ifPresent(file -> notifiers.addAll(file.channels()));
        return new ServerChannels(
                notifiers,
                channels.map(file -> file.routing(always)).orElse(Routing.ALL_CHANNELS),
                settings.slackWebhook(),
                channels);
    }

    @Override
    public void close() {
        webhook.ifPresent(SlackWebhookChannel::close);
        channels.ifPresent(ConfiguredChannels::close);
    }
}
