package io.tiercel.functions.notification.file;

import java.time.Duration;

/**
 * When a channel combines new incidents into a group instead of one message each.
 *
 * @param groupOver new incidents of one rule, host or cluster within {@code groupWithin} that get a message each; further ones join
 *     a group. 0 to {@link #MAX_GROUP_OVER}; {@link #NO_LIMIT} for no groups
 * @param groupWithin the window, 1 s to 1 h
 * @param messages messages about new incidents within {@code messagesWithin}; further ones join a digest. 1 to {@link #MAX_MESSAGES};
 *     {@link #NO_LIMIT} for no limit
 * @param messagesWithin the window, 1 s to 24 h
 */
public record ChannelLimits(int groupOver, Duration groupWithin, int messages, Duration messagesWithin) {
    /** No limit. */
    public static final int NO_LIMIT = Integer.MAX_VALUE;

    /** Maximum of {@link #groupOver}. */
    public static final int MAX_GROUP_OVER = 100;

    /** Maximum of {@link #messages}. */
    public static final int MAX_MESSAGES = 1_000;

    /** The limits of channels that people read. */
    public static final ChannelLimits DEFAULT =
            new ChannelLimits(5, Duration.ofSeconds(60), 20, Duration.ofMinutes(10));

    /** The limits of channels that wake people: one page, and one for all that follows. */
    public static final ChannelLimits PAGING = new ChannelLimits(1, Duration.ofSeconds(60), 5, Duration.ofMinutes(10));

    /** No limits, for channels that programs read. */
    public static final ChannelLimits UNLIMITED =
            new ChannelLimits(NO_LIMIT, Duration.ofSeconds(60), NO_LIMIT, Duration.ofMinutes(10));
}
