package io.tiercel.functions.notify.terminal;

import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notify.text.GroupText;
import io.tiercel.rules.text.TextLimit;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats an incident as one line without terminal control characters. */
public final class TerminalLine {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final int MAX_PART_LENGTH = 100;

    private TerminalLine() {}

    /**
     * Returns the line, without a line separator.
     *
     * @param zone the time zone of the displayed time, which is that of the last alert
     */
    public static String of(IncidentNotification notification, ZoneId zone) {
        Incident incident = notification.incident();
        Fingerprint cause = incident.fingerprint();
        Instant last = Instant.ofEpochSecond(0, incident.lastSeenNanos());
        StringBuilder line = new StringBuilder(TIME.format(last.atZone(zone)))
                .append(label(notification))
                .append(incident.id(), 0, Math.min(8, incident.id().length()))
                .append("  count ")
                .append(incident.count())
                .append("  ")
                .append(incident.priority().label())
                .append("  ")
                .append(part(cause.rule()))
                .append("  [")
                .append(part(cause.workload()))
                .append("]  ")
                .append(part(cause.executable()));
        if (!cause.target().isEmpty()) {
            line.append(" -> ").append(part(incident.targetText()));
        }
        if (!incident.tactics().isEmpty()) {
            line.append("  (")
                    .append(part(String.join(", ", incident.tactics())))
                    .append(')');
        }
        return line.toString();
    }

    /**
     * Returns the line about a group, without a line separator.
     *
     * @param zone the time zone of the displayed time, which is that of the last incident
     */
    public static String of(GroupNotification notification, ZoneId zone) {
        GroupSummary group = notification.group();
        StringBuilder line = new StringBuilder(TIME.format(group.until().atZone(zone)))
                .append(
                        notification.first()
                                ? "  NEW GROUP    "
                                : notification.closed() ? "  GROUP CLOSED " : "  group        ")
                .append(group.priority().label())
                .append("  ")
                .append(part(GroupText.headline(group)))
                .append(", ")
                .append(GroupText.counts(group));
        if (!group.top().isEmpty()) {
            GroupSummary.Cause first = group.top().getFirst();
            line.append("  such as ")
                    .append(part(first.rule()))
                    .append("  [")
                    .append(part(first.workload()))
                    .append(']');
            if (!first.target().isEmpty()) {
                line.append(" -> ").append(part(first.target()));
            }
        }
        return line.toString();
    }

    private static String label(IncidentNotification notification) {
        if (notification.first()) {
            return "  NEW INCIDENT ";
        }
        if (notification.state().closed()) {
            return "  CLOSED       ";
        }
        return notification.escalated()
                ? "  ESCALATED    "
                : notification.reopened() ? "  REOPENED     " : "  incident     ";
    }

    private static String part(String text) {
        return TextLimit.cut(SafeText.oneLine(text), MAX_PART_LENGTH, "...");
    }
}
