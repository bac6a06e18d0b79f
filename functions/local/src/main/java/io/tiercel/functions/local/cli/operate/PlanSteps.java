package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.local.terminal.TextTable;
import io.tiercel.functions.local.terminal.TextTable.Column;
import java.util.Set;

/** The steps of a response plan, with what they change and what releasing restores. */
final class PlanSteps {
    private static final Set<String> RELEASABLE = Set.of("applied", "partial", "uncertain", "failed", "applying");
    private static final Set<String> WAITING = Set.of("waiting", "planned");

    private PlanSteps() {}

    /** Prints the steps. */
    static void print(Terminal terminal, JsonNode steps) {
        TextTable table = new TextTable(
                Column.number("STEP"),
                Column.fixed("ACTION"),
                Column.flexible("TARGET"),
                Column.fixed("STATE"),
                Column.fixed("MODE"),
                Column.flexible("NOTE"));
        for (JsonNode step : steps) {
            String state = Texts.text(step, "state");
            table.row()
                    .cell(Texts.text(step, "index"))
                    .cell(Texts.text(step, "action"))
                    .cell(Texts.text(step, "target"))
                    .cell(state, Texts.state(state))
                    .cell(Texts.text(step, "mode"))
                    .cell(note(step));
        }
        table.print(terminal);
        for (JsonNode step : steps) {
            String restores = Texts.text(step, "releaseRestores");
            if (!restores.isEmpty() && RELEASABLE.contains(Texts.text(step, "state"))) {
                terminal.out().println("Releasing step " + Texts.text(step, "index") + " restores: " + restores);
            }
        }
    }

    private static String note(JsonNode step) {
        String deadline = Texts.text(step, "deadline");
        return Texts.text(step, "note") + (deadline.isEmpty() ? "" : " (until " + Texts.seconds(deadline) + ")");
    }

    /** Returns whether something of an incident's response can be released. Messages that were sent cannot. */
    static boolean releasable(JsonNode incident) {
        for (JsonNode step : incident.path("plan").path("steps")) {
            if (RELEASABLE.contains(Texts.text(step, "state"))
                    && !Texts.text(step, "action").equals("notify")) {
                return true;
            }
        }
        return false;
    }

    /** Prints what approving does: one line for each step that waits. */
    static void printApproval(Terminal terminal, JsonNode incident) {
        for (JsonNode step : incident.path("plan").path("steps")) {
            if (WAITING.contains(Texts.text(step, "state"))) {
                String restores = Texts.text(step, "releaseRestores");
                terminal.err()
                        .println("  " + Texts.text(step, "action") + "  " + Texts.text(step, "target")
                                + (restores.isEmpty() ? "" : "  (releasing restores: " + restores + ")"));
            }
        }
    }

    /** Prints what releasing does: one line for each step that changed something. */
    static void printRelease(Terminal terminal, JsonNode incident) {
        for (JsonNode step : incident.path("plan").path("steps")) {
            if (RELEASABLE.contains(Texts.text(step, "state"))) {
                terminal.err()
                        .println("  " + Texts.text(step, "action") + "  " + Texts.text(step, "target") + "  restores: "
                                + Texts.text(step, "releaseRestores", "the state before the step"));
            }
        }
    }
}
