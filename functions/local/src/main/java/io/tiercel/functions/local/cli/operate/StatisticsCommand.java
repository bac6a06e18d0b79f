package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.local.cli.ExitStatus;
import io.tiercel.functions.local.terminal.TextTable;
import io.tiercel.functions.local.terminal.TextTable.Column;
import io.tiercel.rules.text.Quantity;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code incidents statistics}. */
@Command(name = "statistics", description = "Counts incidents, alerts and nodes.")
public final class StatisticsCommand implements Callable<Integer> {
    private final OperatorContext context;

    @Mixin
    private final OperatorOptions options = new OperatorOptions();

    public StatisticsCommand(OperatorContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (OperatorSession session = options.open(context)) {
            JsonNode statistics = session.call("statistics", OperatorSession.arguments());
            if (session.json()) {
                session.printJson(statistics);
            } else {
                print(session, statistics);
            }
        }
        return ExitStatus.OK.number();
    }

    private static void print(OperatorSession session, JsonNode statistics) {
        PrintStream out = session.terminal().out();
        TextTable counts = new TextTable(Column.fixed("INCIDENTS"), Column.number("NUMBER"));
        add(counts, "open", statistics.path("open"));
        add(counts, "escalated", statistics.path("escalated"));
        add(counts, "not acknowledged", statistics.path("unacknowledged"));
        add(counts, "waiting for approval", statistics.path("waitingForApproval"));
        add(counts, "closed today", statistics.path("closedToday"));
        counts.print(session.terminal());
        out.println();
        JsonNode nodes = statistics.path("nodes");
        out.println(Quantity.of(statistics.path("alerts").asLong(), "alert") + ", "
                + Quantity.of(nodes.path("total").asLong(), "node") + ", "
                + nodes.path("silent").asLong() + " silent");
        JsonNode rules = statistics.path("topRules");
        if (!rules.isEmpty()) {
            out.println();
            TextTable table = new TextTable(Column.flexible("RULE"), Column.number("COUNT"));
            rules.forEach(rule -> table.row().cell(Texts.text(rule, "rule")).cell(Texts.text(rule, "count")));
            table.print(session.terminal());
        }
    }

    private static void add(TextTable table, String name, JsonNode number) {
        table.row().cell(name).cell(number.isNumber() ? number.asText() : "-");
    }
}
