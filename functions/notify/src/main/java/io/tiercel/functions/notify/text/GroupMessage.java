package io.tiercel.functions.notify.text;

import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.NotificationChannel;
import java.util.ArrayList;
import java.util.List;

/** The texts of a message about a group of incidents. */
public final class GroupMessage {
    private GroupMessage() {}

    /** Returns the headline, for example {@code Critical: 120 incidents of rule Terminal shell in container in 60 s}. */
    public static String headline(GroupNotification notification) {
        GroupSummary group = notification.group();
        return MessageFact.line(
                (notification.closed() ? "Closed: " : "") + group.priority().label() + ": " + GroupText.headline(group),
                IncidentText.MAX_HEADLINE_LENGTH);
    }

    /**
     * Returns whether a channel that cannot edit its messages sends this one: it is the first, all incidents have closed or one has
     * reopened, or the number of incidents has grown tenfold.
     *
     * @param channel the channel, which knows the numbers at which it reports
     */
    public static boolean worthAMessage(GroupNotification notification, NotificationChannel channel) {
        return notification.first()
                || notification.closed() != notification.previous().state().closed()
                || notification.group().incidents()
                        >= channel.nextCount(notification.previous().deliveredCount());
    }

    /** Returns the facts, the most important first; at most 16. */
    public static List<MessageFact> facts(GroupNotification notification) {
        GroupSummary group = notification.group();
        List<MessageFact> facts = new ArrayList<>();
        facts.add(MessageFact.of("Incidents", group.incidents() + ": " + GroupText.counts(group)));
        facts.add(MessageFact.of("Sender", group.verified() ? "verified" : "not verified"));
        facts.add(MessageFact.of("From", group.since() + " to " + group.until()));
        group.top().stream()
                .limit(GroupSummary.MAX_TOP)
                .forEach(cause -> facts.add(MessageFact.of(
                        cause.priority().label() + (cause.open() ? "" : ", closed"),
                        cause.count() + " × " + cause.rule() + " on " + cause.workload()
                                + (cause.target().isBlank() ? "" : ": " + cause.target()))));
        String more = GroupText.more(group);
        if (!more.isEmpty()) {
            facts.add(MessageFact.of("Others", more));
        }
        facts.add(MessageFact.of("Reason", GroupText.explanation(group)));
        facts.add(MessageFact.of("Group", group.id()));
        return List.copyOf(facts);
    }
}
