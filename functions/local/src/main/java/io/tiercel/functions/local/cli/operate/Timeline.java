package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.local.terminal.DisplayText;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.local.terminal.Terminal.Style;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What happened in an incident, oldest first: alerts, decisions, actions, comments and messages. */
final class Timeline {
    private static final int SHOWN = 25;
    private static final int KIND = 8;

    private final List<Entry> entries = new ArrayList<>();

    /** @param at the time; the latest possible if it is not known */
    private record Entry(Instant at, String kind, String text) {}

    Timeline(JsonNode incident) {
        for (JsonNode alert : incident.path("alerts")) {
            add(Texts.text(alert, "time"), "alert", Texts.text(alert, "output", Texts.text(alert, "rule")));
        }
        for (JsonNode entry : incident.path("audit")) {
            String details = Texts.text(entry, "details");
            add(
                    Texts.text(entry, "at"),
                    "decision",
                    Texts.text(entry, "action") + by(entry) + (details.isEmpty() ? "" : ": " + details));
        }
        for (JsonNode comment : incident.path("comments")) {
            add(Texts.text(comment, "at"), "comment", Texts.text(comment, "text") + by(comment));
        }
        for (JsonNode message : incident.path("notifications")) {
            add(
                    Texts.text(message, "at"),
                    "message",
                    Texts.text(message, "channel") + ": " + Texts.text(message, "state"));
        }
        entries.sort(Comparator.comparing(Entry::at));
    }

    private static String by(JsonNode entry) {
        String person = Texts.text(entry, "by");
        return person.isEmpty() ? "" : " by " + person;
    }

    private void add(String at, String kind, String text) {
        entries.add(new Entry(Texts.time(at).orElse(Instant.MAX), kind, text));
    }

    /** Prints the newest entries, or all. */
    void print(Terminal terminal, boolean all) {
        int skipped = all ? 0 : Math.max(0, entries.size() - SHOWN);
        if (entries.isEmpty()) {
            terminal.out().println("  Nothing is recorded.");
        }
        if (skipped > 0) {
            terminal.out().println("  " + skipped + " earlier: --all shows them");
        }
        for (Entry entry : entries.subList(skipped, entries.size())) {
            String time = entry.at().equals(Instant.MAX)
                    ? " ".repeat("2026-01-01T00:00:00Z".length())
                    : Texts.seconds(entry.at().toString());
            int room = terminal.width() - time.length() - KIND - 6;
            terminal.out()
                    .println("  " + terminal.styled(time, Style.DIM) + "  " + DisplayText.pad(entry.kind(), KIND) + "  "
                            + DisplayText.cut(entry.text(), Math.max(room, KIND)));
        }
    }
}
