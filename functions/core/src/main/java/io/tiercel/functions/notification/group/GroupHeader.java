package io.tiercel.functions.notification.group;

import io.tiercel.functions.notification.GroupSummary.Dimension;
import java.time.Instant;

/**
 * The part of a group that never changes.
 *
 * @param id {@link io.tiercel.functions.notification.GroupSummary#id}
 * @param channel the channel's name
 * @param dimension what its incidents share
 * @param value the shared value, at most {@link #MAX_VALUE} characters
 * @param since when it opened, in whole milliseconds
 */
public record GroupHeader(String id, String channel, Dimension dimension, String value, Instant since) {
    /** Maximum length of a value in characters. */
    public static final int MAX_VALUE = 200;
}
