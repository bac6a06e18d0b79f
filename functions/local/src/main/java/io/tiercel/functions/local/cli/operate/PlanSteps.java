package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.local.terminal.TextTable;
import io.tiercel.functions.local.terminal.TextTable.Column;

/** The steps of a response plan, with what they change and what releasing restores. */
final class PlanSteps {
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
            if (!restores.isEmpty() && releasable(step)) {
                terminal.out().println("Releasing step " + Texts.text(step, "index") + " restores: " + restores);
            }
        }
    }

    private static String note(JsonNode step) {
        String deadline = Texts.text(step, "deadline");
        return Texts.text(step, "note") + (deadline.isEmpty() ? "" : " (until " + Texts.seconds(deadline) + ")");
    }

    /** Returns whether a plan, or one of its steps, can be approved. */
    static boolean approvable(JsonNode planOrStep) {
        return planOrStep.path("approvable").asBoolean();
    }

    /** Returns whether a plan, or one of its steps, can be released. */
    static boolean releasable(JsonNode planOrStep) {
        return planOrStep.path("releasable").asBoolean();
    }

    /** Prints what approving does: one line for each step that waits. */
    static void printApproval(Terminal terminal, JsonNode incident) {
        for (JsonNode step : incident.path("plan").path("steps")) {
            if (approvable(step)) {
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
            if (releasable(step)) {
                terminal.err()
                        .println("  " + Texts.text(step, "action") + "  " + Texts.text(step, "target") + "  restores: "
                                + Texts.text(step, "releaseRestores", "the state before the step"));
            }
        }
    }
}
