package io.tiercel.functions.local;

import io.tiercel.functions.interact.Interactions;
import io.tiercel.functions.local.work.TerminalNotifier;
import io.tiercel.functions.notification.Notifier;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.SlackWebhook;
import io.tiercel.functions.notification.file.Channels;
import io.tiercel.functions.slack.SlackClient;
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
record People(List<Notifier> notifiers, Routing routing, Optional<SlackWebhook> webhook, Optional<Channels> channels)
        implements AutoCloseable {
    static People of(Settings settings, TerminalNotifier terminal, InstantSource clock) {
        Optional<Channels> channels = settings.notifications()
                .map(file -> Channels.open(file, SlackClient::new, Interactions.buttons(file.interact(), clock)));
        List<Notifier> notifiers = new ArrayList<>(List.of(terminal));
        Set<String> always = new HashSet<>(Set.of(terminal.channel()));
        settings.slackWebhook().ifPresent(webhook -> {
            notifiers.add(webhook);
            always.add(webhook.channel());
        });
        channels.ifPresent(file -> notifiers.addAll(file.notifiers()));
        return new People(
                notifiers,
                channels.map(file -> file.routing(always)).orElse(Routing.EVERYWHERE),
                settings.slackWebhook(),
                channels);
    }

    @Override
    public void close() {
        webhook.ifPresent(SlackWebhook::close);
        channels.ifPresent(Channels::close);
    }
}
