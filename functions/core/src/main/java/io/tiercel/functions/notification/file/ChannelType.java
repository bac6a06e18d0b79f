package io.tiercel.functions.notification.file;

import io.tiercel.functions.notification.NotificationChannel;
import java.util.Set;

/**
 * A kind of channel, e.g. {@code slack}. An adapter implements this interface and {@link NotificationChannel}; the deployment lists
 * the types that it has. Implementations are immutable and thread-safe.
 */
public interface ChannelType {
    /** The value of {@code type} in the notification file. */
    String name();

    /** The keys that a channel of this type may have besides those of every channel. */
    Set<String> settings();

    /**
     * Reads the settings of one channel. Opens no connection and reads no secret.
     *
     * @return opens the channel
     * @throws io.tiercel.functions.config.InvalidConfiguration if a setting is missing or invalid
     */
    Opener read(ChannelSection section);

    /** The limits of a channel of this type, unless its settings {@code group} and {@code limit} replace them. */
    default ChannelLimits limits() {
        return ChannelLimits.DEFAULT;
    }

    /** The limits of one channel of this type. The default is those of the type. */
    default ChannelLimits limits(ChannelSection section) {
        return limits();
    }

    /** Opens a channel. Connections may be made at the first message. */
    @FunctionalInterface
    interface Opener {
        NotificationChannel open(ChannelContext context);
    }
}
