package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.local.terminal.TextTable;
import io.tiercel.functions.local.terminal.TextTable.Column;
import java.time.Instant;

/** Incidents as a table. */
final class IncidentTable {
    private IncidentTable() {}

    static void print(Terminal terminal, JsonNode incidents, Instant now) {
        TextTable table = new TextTable(
                Column.fixed("ID"),
                Column.fixed("PRIORITY"),
                Column.fixed("STATE"),
                Column.number("COUNT"),
                Column.number("LAST"),
                Column.flexible("RULE"),
                Column.flexible("WHERE"),
                Column.flexible("TARGET"),
                Column.fixed("RESPONSE"),
                Column.flexible("PERSON"));
        for (JsonNode incident : incidents) {
            String priority = Texts.text(incident, "priority");
            String state = Texts.text(incident, "state");
            String response = Texts.text(incident, "response");
            table.row()
                    .cell(Texts.text(incident, "shortId"))
                    .cell(priority, Texts.priority(priority))
                    .cell(state + (incident.path("silenced").asBoolean() ? " (silenced)" : ""), Texts.state(state))
                    .cell(Texts.text(incident, "count"))
                    .cell(Texts.age(Texts.text(incident, "lastSeen"), now))
                    .cell(Texts.text(incident, "rule"))
                    .cell(Texts.place(incident))
                    .cell(Texts.text(incident, "target"))
                    .cell(response.equals("none") ? "-" : response, Texts.state(response))
                    .cell(person(incident));
        }
        table.print(terminal);
    }

    private static String person(JsonNode incident) {
        String assigned = Texts.text(incident, "assignedTo");
        return assigned.isEmpty() ? Texts.text(incident, "acknowledgedBy", "-") : assigned;
    }
}
