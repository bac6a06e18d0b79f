package io.tiercel.functions.channels.support;

import io.tiercel.functions.channels.ChannelTypes;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.file.ChannelContext;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notify.ConfiguredChannels;
import io.tiercel.functions.secret.SecretResolver;
import java.time.InstantSource;

/** Opens channels as a deployment does. */
public final class Channels {
    private Channels() {}

    /**
     * Reads a notification file with one channel, {@code test}.
     *
     * @param settings the settings of the channel as the inside of a YAML flow mapping
     */
    public static NotificationFile read(String settings) {
        return NotificationFile.read(
                "test.yaml",
                "channels:\n  test: {" + settings + "}\n",
                SecretResolver.forFilesAndEnvironment(InstantSource.system()),
                ChannelTypes.ALL);
    }

    /** Opens a channel. */
    public static ConfiguredChannels open(String settings, InstantSource clock) {
        return ConfiguredChannels.open(read(settings), new ChannelContext(ButtonSigner.NO_BUTTONS, clock));
    }
}
