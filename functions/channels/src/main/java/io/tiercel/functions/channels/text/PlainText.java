package io.tiercel.functions.channels.text;

import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.ResponseStatus;
import io.tiercel.functions.notify.json.NotificationEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A notification as plain text.
 *
 * @param headline one line that says what happened, for example {@code Critical incident opened: Terminal shell in container}
 * @param lines the text below it, at most about 100 lines of at most 560 characters
 */
public record PlainText(String headline, List<String> lines) {
    private static final int MAX_VALUE = 500;
    private static final int MAX_TITLE = 120;
    private static final int MAX_STEPS = 20;
    private static final int LABEL_WIDTH = 17;

    /** Returns the text of a notification about an incident. */
    public static PlainText of(IncidentNotification notification) {
        Incident incident = notification.incident();
        Fingerprint cause = incident.fingerprint();
        Lines lines = new Lines();
        lines.add("Rule", cause.rule());
        lines.add("Workload", cause.workload());
        lines.add("Program", cause.executable());
        lines.add("Target", incident.targetText());
        lines.add("Cluster", cause.cluster());
        lines.add("Host", incident.enrichment().host().node());
        lines.add("Alerts", incident.count() + ", " + incident.verifiedCount() + " of them from verified senders");
        lines.add("Sender", incident.enrichment().sender().text());
        lines.add("Doubts", String.join("; ", incident.doubts()));
        lines.add("Tactics", String.join(", ", incident.tactics()));
        lines.add("First alert", time(incident.firstSeenNanos()));
        lines.add("Last alert", time(incident.lastSeenNanos()));
        lines.add("Acknowledged by", notification.state().acknowledgedBy());
        lines.add("Message", notification.message());
        notification.response().ifPresent(response -> addResponse(lines, response));
        lines.add("Incident", incident.id());
        return new PlainText(
                incident.priority().label() + " incident "
                        + NotificationEvent.of(notification).label() + ": " + SafeLine.of(cause.rule(), MAX_TITLE),
                List.copyOf(lines.all));
    }

    /** Returns the text of a notification about a group. */
    public static PlainText of(GroupNotification notification) {
        GroupSummary group = notification.group();
        Lines lines = new Lines();
        lines.add("Incidents", group.incidents() + ", " + group.openIncidents() + " of them open");
        lines.add("Alerts", Long.toString(group.alerts()));
        lines.add("Most urgent", group.priority().label());
        lines.add("Sender", group.verified() ? "at least one is verified" : "none is verified");
        lines.add("From", seconds(group.since()));
        lines.add("Until", seconds(group.until()));
        lines.all.add("");
        lines.all.add("The most important ones:");
        group.top().stream()
                .limit(GroupSummary.MAX_TOP)
                .forEach(one -> lines.all.add("- " + one.priority().label() + ", " + one.count() + " alerts: "
                        + SafeLine.of(one.rule(), MAX_TITLE) + " on " + SafeLine.of(one.workload(), MAX_TITLE)
                        + (one.target().isEmpty() ? "" : " -> " + SafeLine.of(one.target(), MAX_TITLE))
                        + (one.open() ? "" : " (closed)")));
        lines.all.add("");
        lines.add("Group", group.id());
        return new PlainText(
                group.incidents() + " incidents " + (notification.closed() ? "closed" : "opened") + ": "
                        + title(notification),
                List.copyOf(lines.all));
    }

    /** Returns the title of an incident, which is the same for all its messages. */
    public static String title(IncidentNotification notification) {
        Fingerprint cause = notification.incident().fingerprint();
        return SafeLine.of(cause.rule(), MAX_TITLE) + " on " + SafeLine.of(cause.workload(), MAX_TITLE);
    }

    /** Returns the title of a group, which is the same for all its messages. */
    public static String title(GroupNotification notification) {
        GroupSummary group = notification.group();
        String value = SafeLine.of(group.value(), MAX_TITLE);
        return switch (group.dimension()) {
            case RULE, HOST, CLUSTER -> group.dimension().name().toLowerCase(Locale.ROOT) + " " + value;
            case CHANNEL -> "more than the limit of channel " + value;
        };
    }

    /** Returns the headline, an empty line and the lines, each with a line feed. */
    public String text() {
        return headline + "\n\n" + String.join("\n", lines) + "\n";
    }

    private static void addResponse(Lines lines, ResponseStatus response) {
        lines.add("Response", response.state());
        response.steps().stream().limit(MAX_STEPS).forEach(step -> lines.all.add("- " + SafeLine.of(step, MAX_VALUE)));
        if (response.steps().size() > MAX_STEPS) {
            lines.all.add("- and " + (response.steps().size() - MAX_STEPS) + " more steps");
        }
    }

    private static String time(long nanos) {
        return seconds(Instant.ofEpochSecond(0, nanos));
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Collects labeled lines and omits those without a value. */
    private static final class Lines {
        private final List<String> all = new ArrayList<>();

        void add(String label, String value) {
            if (!value.isBlank()) {
                String start = label + ":";
                all.add(start + " ".repeat(LABEL_WIDTH - start.length()) + SafeLine.of(value, MAX_VALUE));
            }
        }
    }
}
