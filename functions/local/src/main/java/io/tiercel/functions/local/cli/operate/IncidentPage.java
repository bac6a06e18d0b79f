package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.local.terminal.DisplayText;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.local.terminal.Terminal.Style;
import io.tiercel.functions.local.terminal.TextTable;
import io.tiercel.functions.local.terminal.TextTable.Column;
import io.tiercel.rules.text.Quantity;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** An incident as a page for people. Tolerates absent members. */
final class IncidentPage {
    private static final int LABEL = 11;
    private static final int MAX_LIST = 20;

    private final OperatorSession session;
    private final Terminal terminal;
    private final PrintStream out;
    private final JsonNode incident;

    IncidentPage(OperatorSession session, JsonNode incident) {
        this.session = session;
        this.terminal = session.terminal();
        this.out = terminal.out();
        this.incident = incident;
    }

    /** Prints the page; {@code all} includes the whole timeline. */
    void print(boolean all) {
        headline();
        processes();
        section("Timeline");
        new Timeline(incident).print(terminal, all);
        plan();
        next();
    }

    private void headline() {
        String priority = Texts.text(incident, "priority");
        String state = Texts.text(incident, "state");
        out.println(terminal.styled(
                DisplayText.cut(Texts.text(incident, "headline", Texts.text(incident, "rule")), 2 * 400), Style.BOLD));
        out.println();
        line("Incident", Texts.text(incident, "id"));
        Style urgency = Texts.priority(priority);
        Style progress = Texts.state(state);
        raw(
                "State",
                (urgency == null ? priority : terminal.styled(priority, urgency)) + ", "
                        + (progress == null ? state : terminal.styled(state, progress))
                        + (incident.path("silenced").asBoolean() ? ", silenced" : ""));
        line("Rule", Texts.text(incident, "rule"));
        long count = incident.path("count").asLong();
        line(
                "Alerts",
                Quantity.of(count, "alert") + ", "
                        + incident.path("verifiedCount").asLong()
                        + " from verified senders; first "
                        + Texts.seconds(Texts.text(incident, "firstSeen")) + ", last "
                        + Texts.seconds(Texts.text(incident, "lastSeen")));
        line("Target", Texts.text(incident, "target"));
        line("Host", Texts.text(incident, "host"));
        line("Pod", Texts.text(incident, "pod").isEmpty() ? "" : Texts.place(incident));
        line("Container", container());
        line("User", Texts.text(incident, "user"));
        line("Techniques", techniques());
        line("Assigned", Texts.text(incident, "assignedTo"));
        String acknowledged = Texts.text(incident, "acknowledgedBy");
        line(
                "Acknowledged",
                acknowledged.isEmpty()
                        ? ""
                        : "by " + acknowledged + ", " + Texts.seconds(Texts.text(incident, "acknowledgedAt")));
        JsonNode silence = incident.path("silencedBy");
        if (silence.isObject()) {
            line(
                    "Silence",
                    Texts.text(silence, "id") + " until " + Texts.seconds(Texts.text(silence, "until")) + ": "
                            + Texts.text(silence, "reason"));
        }
        int shown = 0;
        for (JsonNode doubt : incident.path("doubts")) {
            if (++shown <= MAX_LIST) {
                line("Doubt", DisplayText.clean(doubt.asText()));
            }
        }
    }

    private String container() {
        String container = Texts.text(incident, "container");
        String image = Texts.text(incident, "image");
        return image.isEmpty() ? container : container + " (" + image + ")";
    }

    private String techniques() {
        List<String> names = new ArrayList<>();
        for (JsonNode technique : incident.path("techniques")) {
            if (names.size() < MAX_LIST) {
                names.add(Texts.text(technique, "id") + " " + Texts.text(technique, "name"));
            }
        }
        return String.join(", ", names);
    }

    private void processes() {
        List<String> tree = ProcessTree.lines(incident.path("processTree"), terminal);
        if (!tree.isEmpty()) {
            section("Processes");
            tree.forEach(out::println);
        }
    }

    private void plan() {
        section("Response: " + Texts.text(incident, "response", "none"));
        JsonNode steps = incident.path("plan").path("steps");
        if (steps.isEmpty()) {
            out.println("  No response is planned.");
            return;
        }
        PlanSteps.print(terminal, steps);
    }

    private void next() {
        section("Next");
        String id = Texts.text(incident, "shortId");
        boolean closed = Texts.text(incident, "state").equals("closed");
        TextTable table = new TextTable(Column.fixed("TYPE"), Column.fixed("TO"));
        if (PlanSteps.approvable(incident.path("plan"))) {
            suggest(table, "approve " + id, "carry out the response");
        }
        if (PlanSteps.releasable(incident.path("plan"))) {
            suggest(table, "release " + id, "undo the response");
        }
        if (!closed && Texts.text(incident, "acknowledgedBy").isEmpty()) {
            suggest(table, "acknowledge " + id, "tell others that you work on it");
        }
        if (!closed) {
            suggest(table, "silence " + id + " --for 8h --reason TEXT", "withhold its messages");
            suggest(table, "close " + id, "close it; it reopens when its cause recurs");
        }
        suggest(table, "comment " + id + " TEXT", "leave a note");
        table.print(new Terminal(terminal.in(), out, terminal.err(), false, terminal.color(), Terminal.UNLIMITED));
    }

    private void suggest(TextTable table, String arguments, String effect) {
        table.row().cell(session.command("incidents " + arguments)).cell(effect);
    }

    private void section(String title) {
        out.println();
        out.println(terminal.styled(title, Style.BOLD));
    }

    private void line(String label, String value) {
        if (!value.isEmpty()) {
            raw(label, value);
        }
    }

    private void raw(String label, String value) {
        out.println(terminal.styled(DisplayText.pad(label, LABEL), Style.DIM) + "  " + value);
    }
}
