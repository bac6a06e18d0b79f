package io.tiercel.functions.channels.text;

import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notify.text.GroupMessage;
import io.tiercel.functions.notify.text.IncidentText;
import io.tiercel.functions.notify.text.MessageFact;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A notification as plain text: the headline and the facts of {@code notify.text}, safe for a line each.
 *
 * @param headline one line, for example {@code Critical: Terminal shell in container}
 * @param lines the lines below it, at most 31 of at most 550 characters
 */
public record PlainText(String headline, List<String> lines) {
    private static final int MAX_MESSAGE = 500;
    private static final int MAX_TITLE = 120;
    private static final int NAME_WIDTH = 16;

    /** Returns the text of a notification about an incident. */
    public static PlainText of(IncidentNotification notification) {
        Stream<String> message = notification.message().isBlank()
                ? Stream.of()
                : Stream.of(line("Message", notification.message(), MAX_MESSAGE));
        return of(IncidentText.headline(notification), IncidentText.facts(notification), message);
    }

    /** Returns the text of a notification about a group. */
    public static PlainText of(GroupNotification notification) {
        return of(GroupMessage.headline(notification), GroupMessage.facts(notification), Stream.of());
    }

    private static PlainText of(String headline, List<MessageFact> facts, Stream<String> more) {
        Stream<String> lines =
                facts.stream().map(fact -> line(fact.name(), fact.value(), MessageFact.MAX_VALUE_LENGTH));
        return new PlainText(
                SafeLine.of(headline, IncidentText.MAX_HEADLINE_LENGTH),
                Stream.concat(lines, more).toList());
    }

    private static String line(String name, String value, int maxLength) {
        String start = SafeLine.of(name, MessageFact.MAX_NAME_LENGTH) + ":";
        return start + " ".repeat(Math.max(1, NAME_WIDTH - start.length())) + SafeLine.of(value, maxLength);
    }

    /** Returns the title of an incident, which is the same in all its messages. */
    public static String title(IncidentNotification notification) {
        Fingerprint cause = notification.incident().fingerprint();
        return SafeLine.of(cause.rule(), MAX_TITLE) + " on " + SafeLine.of(cause.workload(), MAX_TITLE);
    }

    /** Returns the title of a group, which is the same in all its messages. */
    public static String title(GroupNotification notification) {
        GroupSummary group = notification.group();
        String dimension = group.dimension().name().toLowerCase(Locale.ROOT);
        return "incidents of " + dimension + " " + SafeLine.of(group.value(), MAX_TITLE);
    }

    /** Returns the headline, an empty line and the lines, each with a line feed. */
    public String text() {
        return headline + "\n\n" + String.join("\n", lines) + "\n";
    }
}
