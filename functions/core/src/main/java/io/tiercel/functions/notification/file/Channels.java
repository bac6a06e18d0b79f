package io.tiercel.functions.notification.file;

import io.tiercel.functions.notification.Buttons;
import io.tiercel.functions.notification.Notifier;
import io.tiercel.functions.notification.PagerDuty;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.Secret;
import io.tiercel.functions.notification.SlackApi;
import io.tiercel.functions.notification.SlackBot;
import io.tiercel.functions.notification.SlackWebhook;
import io.tiercel.functions.notification.Webhook;
import io.tiercel.functions.notification.WithFallback;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The channels of a file, ready to be used. */
public final class Channels implements AutoCloseable {
    private final NotificationFile file;
    private final SlackApis slackApis;
    private final Buttons buttons;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Notifier> notifiers;

    private Channels(NotificationFile file, SlackApis slackApis, Buttons buttons) {
        this.file = file;
        this.slackApis = slackApis;
        this.buttons = buttons;
        Set<String> stepIn = new HashSet<>();
        for (ChannelSpec channel : file.channels().values()) {
            if (channel instanceof ChannelSpec.Slack slack && slack.fallback() != null) {
                stepIn.add(slack.fallback());
            }
        }
        file.routes().forEach(route -> stepIn.removeAll(route.channels()));
        this.notifiers = file.channels().values().stream()
                .filter(channel -> !stepIn.contains(channel.name()))
                .map(this::notifier)
                .toList();
    }

    /** Opens the channels of a file. */
    public static Channels open(NotificationFile file, SlackApis slackApis, Buttons buttons) {
        return new Channels(file, slackApis, buttons);
    }

    /** The channels that are told of incidents; one that only steps in for another is a part of that. */
    public List<Notifier> notifiers() {
        return notifiers;
    }

    /**
     * Who is told of what.
     *
     * @param always channels beside those of the file, which are told of everything
     */
    public Routing routing(Set<String> always) {
        return file.routes().isEmpty() ? Routing.EVERYWHERE : new FileRouting(file.routes(), always);
    }

    private Notifier notifier(ChannelSpec channel) {
        return switch (channel) {
            case ChannelSpec.Slack(String name, Secret token, String conversation, URI api, String fallback) -> {
                SlackApi slack = kept(slackApis.open(token, api));
                Notifier bot = new SlackBot(name, conversation, slack, buttons);
                yield fallback == null
                        ? bot
                        : new WithFallback(
                                bot,
                                notifier(Objects.requireNonNull(file.channels().get(fallback))));
            }
            case ChannelSpec.SlackHook(String name, Secret address) -> kept(new SlackWebhook(name, address));
            case ChannelSpec.Pager(String name, URI service, Secret routingKey) ->
                kept(new PagerDuty(name, service, routingKey));
            case ChannelSpec.Hook(String name, Secret address, Secret key) -> kept(new Webhook(name, address, key));
        };
    }

    private <T extends AutoCloseable> T kept(T closeable) {
        open.add(closeable);
        return closeable;
    }

    @Override
    public void close() {
        for (AutoCloseable channel : open) {
            try {
                channel.close();
            } catch (Exception e) {
                throw new IllegalStateException("a channel cannot be closed", e);
            }
        }
    }

    /** Opens Slack's Web API. */
    @FunctionalInterface
    public interface SlackApis {
        /**
         * Opens it for a bot.
         *
         * @param api where it is; null for Slack's own
         */
        SlackApi open(Secret token, @Nullable URI api);
    }
}
