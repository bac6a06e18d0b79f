package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.local.terminal.DisplayText;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.local.terminal.Terminal.Style;

/** What happened in an incident, oldest first: alerts, decisions, comments and messages. */
final class Timeline {
    private static final int SHOWN = 25;
    private static final int KIND = 8;

    private final JsonNode entries;

    Timeline(JsonNode incident) {
        entries = incident.path("timeline");
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
        for (int i = skipped; i < entries.size(); i++) {
            JsonNode entry = entries.path(i);
            String time = DisplayText.pad(Texts.seconds(Texts.text(entry, "at")), "2026-01-01T00:00:00Z".length());
            int room = terminal.width() - time.length() - KIND - 6;
            terminal.out()
                    .println("  " + terminal.styled(time, Style.DIM) + "  "
                            + DisplayText.pad(Texts.text(entry, "kind"), KIND) + "  "
                            + DisplayText.cut(text(entry), Math.max(room, KIND)));
        }
    }

    private static String text(JsonNode entry) {
        String by = Texts.text(entry, "by");
        String who = by.isEmpty() ? "" : " by " + by;
        String title = Texts.text(entry, "title");
        String text = Texts.text(entry, "text");
        return switch (Texts.text(entry, "kind")) {
            case "alert" -> text.isEmpty() ? title : text;
            case "comment" -> text + who;
            default -> title + who + (text.isEmpty() ? "" : ": " + text);
        };
    }
}
