package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.SafeText;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** An incident as one line for a terminal, with nothing in it that a terminal would obey. */
public final class TerminalLine {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final int MAX_PART = 100;

    private TerminalLine() {}

    /**
     * The line, without line end.
     *
     * @param zone for the time of the last alert
     */
    public static String of(Notice notice, ZoneId zone) {
        Incident incident = notice.incident();
        Fingerprint cause = incident.fingerprint();
        Instant last = Instant.ofEpochSecond(0, incident.lastSeenNanos());
        StringBuilder line = new StringBuilder(TIME.format(last.atZone(zone)))
                .append(what(notice))
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
            line.append(" -> ").append(part(cause.target()));
        }
        if (!incident.tactics().isEmpty()) {
            line.append("  (")
                    .append(part(String.join(", ", incident.tactics())))
                    .append(')');
        }
        return line.toString();
    }

    private static String what(Notice notice) {
        if (notice.first()) {
            return "  NEW INCIDENT ";
        }
        if (notice.situation().closed()) {
            return "  CLOSED       ";
        }
        return notice.escalated() ? "  ESCALATED    " : notice.reopened() ? "  OPEN AGAIN   " : "  incident     ";
    }

    private static String part(String text) {
        String clean = SafeText.oneLine(text);
        return clean.length() <= MAX_PART ? clean : clean.substring(0, MAX_PART - 3) + "...";
    }
}
