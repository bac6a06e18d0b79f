package io.tiercel.functions.notify.slack;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notify.text.GroupText;
import java.util.Optional;

/** A group of incidents as a Slack message, within the limits of {@link SlackMessage}. */
final class SlackGroupMessage {
    private static final int MAX_PART_LENGTH = 70;

    private SlackGroupMessage() {}

    /** Creates the root message, which shows the current state of the group. */
    static SlackMessage root(GroupNotification notification) {
        GroupSummary group = notification.group();
        String headline = (notification.closed() ? "Closed: " : "") + GroupText.headline(group);
        ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
        SlackMessage.header(blocks, headline);
        SlackMessage.section(
                blocks,
                "*" + GroupText.counts(group) + "*, most urgent: "
                        + group.priority().label() + (group.verified() ? "" : ", no sender is verified"));
        // At most ten lines of 270 characters.
        StringBuilder causes = new StringBuilder();
        group.top().forEach(cause -> causes.append(line(cause)).append('\n'));
        SlackMessage.section(blocks, causes + GroupText.more(group));
        SlackMessage.context(
                blocks,
                "group " + SlackText.code(group.id(), SlackMessage.MAX_FIELD_LENGTH) + " "
                        + SlackText.escaped(GroupText.explanation(group), SlackMessage.MAX_FIELD_LENGTH));
        String text = group.priority().label() + ": " + headline + ", " + GroupText.counts(group);
        return new SlackMessage(SlackText.escaped(text, SlackMessage.MAX_FIELD_LENGTH), blocks);
    }

    private static String line(GroupSummary.Cause cause) {
        return "• " + cause.priority().label() + ": " + SlackText.code(cause.rule(), MAX_PART_LENGTH) + " on "
                + SlackText.code(cause.workload(), MAX_PART_LENGTH)
                + (cause.target().isBlank() ? "" : " " + SlackText.code(cause.target(), MAX_PART_LENGTH))
                + ", count " + cause.count() + (cause.open() ? "" : ", closed");
    }

    /** Creates a reply when the last incident was closed; otherwise empty, because the root message says it all. */
    static Optional<SlackMessage> reply(GroupNotification notification) {
        if (notification.first() || !notification.closed() || !notification.closedChanged()) {
            return Optional.empty();
        }
        GroupSummary group = notification.group();
        String text = SlackText.escaped(
                "All " + group.incidents() + " incidents of this group are closed, after " + group.alerts()
                        + " alerts.",
                SlackMessage.MAX_TEXT_LENGTH);
        ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
        SlackMessage.section(blocks, text);
        return Optional.of(new SlackMessage(text, blocks));
    }
}
