package io.tiercel.functions.notification;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.notification.SlackApi.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Slack through a bot: a thread for each incident. Its root message is edited in place as the incident grows, and what
 * changes is told in replies. A root is posted once: after a crash that leaves open whether it was, the conversation's history is
 * searched for it. Only where the bot may not read that ({@code channels:history}) may there be two.
 */
public final class SlackBot implements Notifier {
    private static final Duration PAUSE = Duration.ofSeconds(30);
    /** Slack takes about one message per second for a conversation, and an edit more rarely. */
    private static final Duration PACE = Duration.ofMillis(1_200);

    /** What {@code chat.update} says of a message that is no longer there. */
    private static final Set<String> GONE = Set.of("message_not_found", "channel_not_found", "thread_not_found");

    /** What it says of a message that can no longer be edited: its thread goes on. */
    private static final Set<String> FIXED = Set.of("cant_update_message", "edit_window_closed");

    /** What Slack says of a message that it does not like. */
    private static final Set<String> TOO_MUCH = Set.of("msg_blocks_too_long", "invalid_blocks", "msg_too_long");

    /** Instead of a root's place: one may have been posted at this time. */
    private static final String PERHAPS = "? ";

    private final String channel;
    private final String conversation;
    private final SlackApi slack;
    private final Buttons buttons;

    /**
     * A bot.
     *
     * @param channel its name among our channels
     * @param conversation name or id of the conversation in Slack
     */
    public SlackBot(String channel, String conversation, SlackApi slack, Buttons buttons) {
        this.channel = channel;
        this.conversation = conversation;
        this.slack = slack;
        this.buttons = buttons;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public long nextCount(long announcedCount) {
        return announcedCount == NEVER ? NEVER : announcedCount + 1;
    }

    @Override
    public Duration pause() {
        return PAUSE;
    }

    @Override
    public Duration pace() {
        return PACE;
    }

    @Override
    public Delivery send(Notice notice) {
        SlackMessage message = SlackMessage.root(notice, buttons);
        Root root = Root.parse(notice.last().thread());
        Optional<Instant> perhapsSince = root == null ? perhapsSince(notice) : Optional.empty();
        if (perhapsSince.isPresent()) {
            switch (slack.find(conversation, notice.incident().id(), perhapsSince.get())) {
                case Answer.Done(String channelId, String ts, String ignored) -> root = new Root(channelId, ts);
                case Answer.Later(Duration after, String reason) -> {
                    return new Delivery.Later(after, "Slack: " + reason);
                }
                case Answer.Lost(String reason) -> {
                    return new Delivery.Later(Duration.ZERO, reason);
                }
                // Not there, or not for us to see: telling twice is better than not at all.
                case Answer.Failed ignored -> {}
            }
        }
        return root == null ? open(notice, message) : goOn(notice, message, root);
    }

    /** Since when there may be a root that nobody knows of. */
    private static Optional<Instant> perhapsSince(Notice notice) {
        String thread = notice.last().thread();
        if (notice.last().unsure()) {
            return Optional.of(notice.last().notBefore().minus(Announcer.SENDING));
        }
        return thread != null && thread.startsWith(PERHAPS)
                ? Optional.of(Instant.ofEpochMilli(Long.parseLong(thread.substring(PERHAPS.length()))))
                : Optional.empty();
    }

    private Delivery open(Notice notice, SlackMessage message) {
        String id = notice.incident().id();
        Answer answer = slack.post(conversation, null, false, id, message);
        if (answer instanceof Answer.Failed(String error) && TOO_MUCH.contains(error)) {
            answer = slack.post(conversation, null, false, id, bare(message));
        }
        return switch (answer) {
            case Answer.Done(String channelId, String ts, String ignored) ->
                new Delivery.Sent(new Root(channelId, ts).toString());
            case Answer.Later(Duration after, String reason) -> new Delivery.Later(after, "Slack: " + reason);
            case Answer.Lost(String reason) ->
                new Delivery.Later(Duration.ZERO, reason, PERHAPS + notice.now().toEpochMilli());
            case Answer.Failed(String error) -> new Delivery.Refused("Slack: " + error);
        };
    }

    private Delivery goOn(Notice notice, SlackMessage message, Root root) {
        String id = notice.incident().id();
        Answer edited = slack.update(root.channelId(), root.ts(), id, message);
        if (edited instanceof Answer.Failed(String error) && TOO_MUCH.contains(error)) {
            edited = slack.update(root.channelId(), root.ts(), id, bare(message));
        }
        return switch (edited) {
            case Answer.Later(Duration after, String reason) ->
                new Delivery.Later(after, "Slack: " + reason, root.toString());
            case Answer.Lost(String reason) -> new Delivery.Later(Duration.ZERO, reason, root.toString());
            case Answer.Failed(String error) when GONE.contains(error) -> open(notice, message);
            case Answer.Failed(String error) when !FIXED.contains(error) -> new Delivery.Refused("Slack: " + error);
            case Answer.Failed ignored -> reply(notice, root);
            case Answer.Done ignored -> reply(notice, root);
        };
    }

    private Delivery reply(Notice notice, Root root) {
        Optional<SlackMessage> reply = notice.first() ? Optional.empty() : SlackMessage.reply(notice);
        if (reply.isEmpty()) {
            return new Delivery.Sent(root.toString());
        }
        // Replies alone are easily missed: those that should wake somebody are shown in the conversation as well.
        boolean loud = notice.escalated() || notice.reopened();
        Answer answer =
                slack.post(root.channelId(), root.ts(), loud, notice.incident().id(), reply.get());
        return switch (answer) {
            // A reply to a root that was deleted is posted as a message of its own: it is the root from now on.
            case Answer.Done(String channelId, String ts, String parent) ->
                new Delivery.Sent((parent == null ? new Root(channelId, ts) : root).toString());
            case Answer.Later(Duration after, String reason) ->
                new Delivery.Later(after, "Slack: " + reason, root.toString());
            case Answer.Lost(String reason) -> new Delivery.Later(Duration.ZERO, reason, root.toString());
            case Answer.Failed(String error) -> new Delivery.Refused("Slack: " + error);
        };
    }

    private static SlackMessage bare(SlackMessage message) {
        return new SlackMessage(message.text(), JsonNodeFactory.instance.arrayNode());
    }

    @Override
    public String toString() {
        return "Slack bot " + channel;
    }

    /** The message that an incident's others hang under. */
    private record Root(String channelId, String ts) {
        static @Nullable Root parse(@Nullable String text) {
            if (text == null || text.startsWith(PERHAPS)) {
                return null;
            }
            int blank = text.indexOf(' ');
            return blank < 0 ? null : new Root(text.substring(0, blank), text.substring(blank + 1));
        }

        @Override
        public String toString() {
            return channelId + " " + ts;
        }
    }
}
