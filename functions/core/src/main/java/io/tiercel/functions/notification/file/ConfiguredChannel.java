package io.tiercel.functions.notification.file;

import org.jspecify.annotations.Nullable;

/**
 * A channel of the notification file.
 *
 * @param name its name
 * @param type {@link ChannelType#name}
 * @param limits when it combines incidents
 * @param fallback the channel that takes over if this one rejects a message; null for none
 * @param opener opens it
 */
public record ConfiguredChannel(
        String name,
        String type,
        ChannelLimits limits,
        @Nullable String fallback,
        ChannelType.Opener opener) {}
