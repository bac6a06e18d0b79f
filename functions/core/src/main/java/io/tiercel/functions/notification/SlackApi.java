package io.tiercel.functions.notification;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The calls of Slack's Web API that a bot needs. None throws for anything that Slack does. */
public interface SlackApi extends AutoCloseable {
    /**
     * {@code chat.postMessage}.
     *
     * @param channel name or id of the conversation
     * @param thread {@code ts} of the message to reply to; null for a message of its own
     * @param broadcast whether a reply is shown in the conversation too
     * @param incidentId goes with it as metadata, by which {@link #find} knows it again
     */
    Answer post(String channel, @Nullable String thread, boolean broadcast, String incidentId, SlackMessage message);

    /**
     * {@code chat.update}.
     *
     * @param channelId id of the conversation, as {@link Answer.Done} gave it
     * @param ts the message
     */
    Answer update(String channelId, String ts, String incidentId, SlackMessage message);

    /**
     * Looks through {@code conversations.history} for the message of its own that {@link #post} made for an incident.
     *
     * @param since when it was made at the earliest
     * @return {@link Answer.Done} if it is there, {@link Answer.Failed} with {@link #NOT_THERE} if it is not
     */
    Answer find(String channel, String incidentId, Instant since);

    /** Error of {@link #find} where there is no such message. */
    String NOT_THERE = "message_not_found";

    @Override
    void close();

    /** What Slack said. */
    sealed interface Answer {
        /**
         * It is done.
         *
         * @param channelId id of the conversation
         * @param ts the message
         * @param thread the message that it replies to; null if it is none of a thread
         */
        record Done(String channelId, String ts, @Nullable String thread) implements Answer {}

        /**
         * Not now.
         *
         * @param after least time until another try; zero if Slack does not say
         */
        record Later(Duration after, String reason) implements Answer {}

        /**
         * Nobody knows: no answer came, and it may or may not be done.
         *
         * @param reason without secrets
         */
        record Lost(String reason) implements Answer {}

        /**
         * No.
         *
         * @param error Slack's word for it, e.g. {@code channel_not_found}
         */
        record Failed(String error) implements Answer {}
    }
}
