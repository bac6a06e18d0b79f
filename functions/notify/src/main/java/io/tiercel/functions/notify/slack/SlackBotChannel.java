package io.tiercel.functions.notify.slack;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notify.slack.SlackApi.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Slack bot with one thread per incident or group. The bot edits the root message as the incident or group grows, and reports state
 * changes as replies.
 *
 * <p>The bot posts one root message per thread. If a crash leaves open whether the message was posted, the bot searches
 * the conversation's history for it. A duplicate is possible only if the bot lacks the scope {@code channels:history}.
 */
public final class SlackBotChannel implements NotificationChannel {
    private static final Duration UPDATE_INTERVAL = Duration.ofSeconds(30);

    /** A storm is edited once a minute: people need its size, not each step. */
    private static final Duration GROUP_INTERVAL = Duration.ofSeconds(60);

    /** Slack accepts about one message per second in a conversation, and fewer edits. */
    private static final Duration SEND_INTERVAL = Duration.ofMillis(1_200);

    /** Errors of {@code chat.update} if the message no longer exists. */
    private static final Set<String> MISSING_ERRORS =
            Set.of("message_not_found", "channel_not_found", "thread_not_found");

    /** Errors of {@code chat.update} if the message can no longer be edited. Replies are still possible. */
    private static final Set<String> READ_ONLY_ERRORS = Set.of("cant_update_message", "edit_window_closed");

    /** Errors if Slack rejects the message's blocks. The message is then sent without them. */
    private static final Set<String> CONTENT_ERRORS = Set.of("msg_blocks_too_long", "invalid_blocks", "msg_too_long");

    /** Prefix of a stored thread that holds a time instead: a root message may have been posted then. */
    private static final String UNCERTAIN_PREFIX = "? ";

    private final String name;
    private final String conversation;
    private final SlackApi slack;
    private final ButtonSigner buttons;

    /**
     * Creates a channel.
     *
     * @param name the name of the channel in Tiercel's configuration
     * @param conversation name or id of the conversation in Slack
     */
    public SlackBotChannel(String name, String conversation, SlackApi slack, ButtonSigner buttons) {
        this.name = name;
        this.conversation = conversation;
        this.slack = slack;
        this.buttons = buttons;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long nextCount(long deliveredCount) {
        return deliveredCount == NEVER ? NEVER : deliveredCount + 1;
    }

    @Override
    public Duration updateInterval() {
        return UPDATE_INTERVAL;
    }

    @Override
    public Duration sendInterval() {
        return SEND_INTERVAL;
    }

    @Override
    public Duration groupInterval() {
        return GROUP_INTERVAL;
    }

    @Override
    public DeliveryResult send(IncidentNotification notification) {
        return send(new ThreadContent(
                notification.incident().id(),
                notification.previous(),
                notification.now(),
                SlackMessage.root(notification, buttons),
                notification.first() ? Optional.empty() : SlackMessage.reply(notification),
                // Replies are easily missed. Urgent ones are also shown in the conversation.
                notification.escalated() || notification.reopened()));
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return send(new ThreadContent(
                notification.group().id(),
                notification.previous(),
                notification.now(),
                SlackGroupMessage.root(notification),
                SlackGroupMessage.reply(notification),
                false));
    }

    /**
     * What a thread must show.
     *
     * @param id the incident or the group
     * @param previous the channel's record before this message
     * @param now the current time
     * @param message the root message
     * @param reply the reply that reports the change; empty for none
     * @param broadcast whether the reply is also shown in the conversation
     */
    private record ThreadContent(
            String id,
            NotificationRecord previous,
            Instant now,
            SlackMessage message,
            Optional<SlackMessage> reply,
            boolean broadcast) {}

    private DeliveryResult send(ThreadContent thread) {
        Root root = Root.parse(thread.previous().thread());
        Optional<Instant> uncertainSince = root == null ? uncertainSince(thread.previous()) : Optional.empty();
        if (uncertainSince.isPresent()) {
            switch (slack.find(conversation, thread.id(), uncertainSince.get())) {
                case Result.Ok(String channelId, String ts, String ignored) -> root = new Root(channelId, ts);
                case Result.Retry(Duration after, String reason) -> {
                    return new DeliveryResult.Retry(after, "Slack: " + reason);
                }
                case Result.Unknown(String reason) -> {
                    return new DeliveryResult.Retry(Duration.ZERO, reason);
                }
                // The message does not exist, or the bot may not read it. A duplicate is better than no message.
                case Result.Failed ignored -> {}
            }
        }
        return root == null ? postRoot(thread) : updateRoot(thread, root);
    }

    @Override
    public void close() {
        slack.close();
    }

    /** The earliest time at which an unconfirmed root message may have been posted. */
    private static Optional<Instant> uncertainSince(NotificationRecord previous) {
        String thread = previous.thread();
        if (previous.inFlight()) {
            return Optional.of(previous.inFlightSince());
        }
        return thread != null && thread.startsWith(UNCERTAIN_PREFIX)
                ? Optional.of(Instant.ofEpochMilli(Long.parseLong(thread.substring(UNCERTAIN_PREFIX.length()))))
                : Optional.empty();
    }

    private DeliveryResult postRoot(ThreadContent thread) {
        Result result = slack.post(conversation, null, false, thread.id(), thread.message());
        if (result instanceof Result.Failed(String error) && CONTENT_ERRORS.contains(error)) {
            result = slack.post(conversation, null, false, thread.id(), withoutBlocks(thread.message()));
        }
        return switch (result) {
            case Result.Ok(String channelId, String ts, String ignored) ->
                new DeliveryResult.Sent(new Root(channelId, ts).toString());
            case Result.Retry(Duration after, String reason) -> new DeliveryResult.Retry(after, "Slack: " + reason);
            case Result.Unknown(String reason) ->
                new DeliveryResult.Retry(
                        Duration.ZERO, reason, UNCERTAIN_PREFIX + thread.now().toEpochMilli());
            case Result.Failed(String error) -> new DeliveryResult.Rejected("Slack: " + error);
        };
    }

    private DeliveryResult updateRoot(ThreadContent thread, Root root) {
        Result result = slack.update(root.channelId(), root.ts(), thread.id(), thread.message());
        if (result instanceof Result.Failed(String error) && CONTENT_ERRORS.contains(error)) {
            result = slack.update(root.channelId(), root.ts(), thread.id(), withoutBlocks(thread.message()));
        }
        return switch (result) {
            case Result.Retry(Duration after, String reason) ->
                new DeliveryResult.Retry(after, "Slack: " + reason, root.toString());
            case Result.Unknown(String reason) -> new DeliveryResult.Retry(Duration.ZERO, reason, root.toString());
            case Result.Failed(String error) when MISSING_ERRORS.contains(error) -> postRoot(thread);
            case Result.Failed(String error)
            when !READ_ONLY_ERRORS.contains(error) -> new DeliveryResult.Rejected("Slack: " + error);
            case Result.Failed ignored -> reply(thread, root);
            case Result.Ok ignored -> reply(thread, root);
        };
    }

    private DeliveryResult reply(ThreadContent thread, Root root) {
        if (thread.reply().isEmpty()) {
            return new DeliveryResult.Sent(root.toString());
        }
        Result result = slack.post(
                root.channelId(),
                root.ts(),
                thread.broadcast(),
                thread.id(),
                thread.reply().get());
        return switch (result) {
            // Slack posts a reply to a deleted root as a separate message, which becomes the new root.
            case Result.Ok(String channelId, String ts, String parent) ->
                new DeliveryResult.Sent((parent == null ? new Root(channelId, ts) : root).toString());
            case Result.Retry(Duration after, String reason) ->
                new DeliveryResult.Retry(after, "Slack: " + reason, root.toString());
            case Result.Unknown(String reason) -> new DeliveryResult.Retry(Duration.ZERO, reason, root.toString());
            case Result.Failed(String error) -> new DeliveryResult.Rejected("Slack: " + error);
        };
    }

    private static SlackMessage withoutBlocks(SlackMessage message) {
        return new SlackMessage(message.text(), JsonNodeFactory.instance.arrayNode());
    }

    @Override
    public String toString() {
        return "Slack bot " + name;
    }

    /** The root message of an incident's thread. */
    private record Root(String channelId, String ts) {
        static @Nullable Root parse(@Nullable String text) {
            if (text == null || text.startsWith(UNCERTAIN_PREFIX)) {
                return null;
            }
            int space = text.indexOf(' ');
            return space < 0 ? null : new Root(text.substring(0, space), text.substring(space + 1));
        }

        @Override
        public String toString() {
            return channelId + " " + ts;
        }
    }
}
