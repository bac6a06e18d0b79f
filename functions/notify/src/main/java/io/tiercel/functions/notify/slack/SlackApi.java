package io.tiercel.functions.notify.slack;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The methods of Slack's Web API that a bot uses. Failures of Slack are returned, not thrown. */
public interface SlackApi extends AutoCloseable {
    /** The error of {@link #find} if no message matches. */
    String MESSAGE_NOT_FOUND = "message_not_found";

    /**
     * Posts a message: {@code chat.postMessage}.
     *
     * @param channel name or id of the conversation
     * @param thread the {@code ts} of the message to reply to; null to start a new thread
     * @param broadcast whether a reply is also shown in the conversation
     * @param incidentId the incident or group; stored in the message's metadata, for {@link #find}
     */
    Result post(String channel, @Nullable String thread, boolean broadcast, String incidentId, SlackMessage message);

    /**
     * Edits a message: {@code chat.update}.
     *
     * @param channelId id of the conversation, from {@link Result.Ok}
     * @param ts the message
     */
    Result update(String channelId, String ts, String incidentId, SlackMessage message);

    /**
     * Searches {@code conversations.history} for the root message of an incident or group.
     *
     * @param since the earliest time at which the message may have been posted
     * @return {@link Result.Ok} if the message exists, {@link Result.Failed} with {@link #MESSAGE_NOT_FOUND} if not
     */
    Result find(String channel, String incidentId, Instant since);

    @Override
    void close();

    /** The result of a call. */
    sealed interface Result {
        /**
         * The call succeeded.
         *
         * @param channelId id of the conversation
         * @param ts the message
         * @param thread the root message of its thread; null if the message is not a reply
         */
        record Ok(String channelId, String ts, @Nullable String thread) implements Result {}

        /**
         * The call failed and is worth a retry.
         *
         * @param after the minimum delay; zero if Slack did not specify one
         */
        record Retry(Duration after, String reason) implements Result {}

        /**
         * Slack did not respond: the call may or may not have taken effect.
         *
         * @param reason without secrets
         */
        record Unknown(String reason) implements Result {}

        /**
         * The call failed, and a retry would not help.
         *
         * @param error Slack's error code, e.g. {@code channel_not_found}
         */
        record Failed(String error) implements Result {}
    }
}
