package io.tiercel.functions.notify;

import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.file.ChannelContext;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.file.ConfiguredChannel;
import io.tiercel.functions.notification.file.ConfiguredRouting;
import io.tiercel.functions.notification.file.NotificationFile;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The open channels of a notification file. */
public final class ConfiguredChannels implements AutoCloseable {
    private final NotificationFile file;
    private final ChannelContext context;
    private final List<NotificationChannel> channels;

    private ConfiguredChannels(NotificationFile file, ChannelContext context) {
        this.file = file;
        this.context = context;
        Set<String> fallbackOnly = new HashSet<>();
        for (ConfiguredChannel channel : file.channels().values()) {
            String fallback = channel.fallback();
            if (fallback != null) {
                fallbackOnly.add(fallback);
            }
        }
        file.routes().forEach(route -> fallbackOnly.removeAll(route.channels()));
        this.channels = file.channels().values().stream()
                .filter(channel -> !fallbackOnly.contains(channel.name()))
                .map(this::open)
                .toList();
    }

    /** Opens the channels of a file. */
    public static ConfiguredChannels open(NotificationFile file, ChannelContext context) {
        return new ConfiguredChannels(file, context);
    }

    /** The channels, without those that only serve as a fallback. */
    public List<NotificationChannel> channels() {
        return channels;
    }

    /** The limits of a channel of the file; those of {@link ChannelLimits#DEFAULT} for others. */
    public ChannelLimits limits(String channel) {
        ConfiguredChannel configured = file.channels().get(channel);
        return configured == null ? ChannelLimits.DEFAULT : configured.limits();
    }

    /**
     * The routing of the file.
     *
     * @param unrouted channels outside the file, which receive every incident
     */
    public Routing routing(Set<String> unrouted) {
        return file.routes().isEmpty() ? Routing.ALL_CHANNELS : new ConfiguredRouting(file.routes(), unrouted);
    }

    private NotificationChannel open(ConfiguredChannel channel) {
        NotificationChannel primary = channel.opener().open(context);
        String fallback = channel.fallback();
        return fallback == null
                ? primary
                : new FallbackChannel(
                        primary, open(Objects.requireNonNull(file.channels().get(fallback))));
    }

    @Override
    public void close() {
        channels.forEach(NotificationChannel::close);
    }
}
