package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.tiercel.functions.local.cli.ExitStatus;
import io.tiercel.functions.local.terminal.TextTable;
import io.tiercel.functions.local.terminal.TextTable.Column;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code incidents held}: the targets that responses keep changed. */
@Command(name = "held", description = "Lists what responses hold: targets that are changed until they are released.")
public final class HeldCommand implements Callable<Integer> {
    private static final int MAX = 10_000;
    private static final int SHORT_ID = 8;

    private final OperatorContext context;

    @Mixin
    private final OperatorOptions options = new OperatorOptions();

    public HeldCommand(OperatorContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (OperatorSession session = options.open(context)) {
            ArrayNode items = session.items("list-held", OperatorSession.arguments(), MAX);
            if (session.json()) {
                session.printJson(OperatorSession.arguments().set("items", items));
            } else if (items.isEmpty()) {
                session.terminal().out().println("Nothing is held.");
            } else {
                print(session, items);
            }
        }
        return ExitStatus.OK.number();
    }

    private static void print(OperatorSession session, ArrayNode items) {
        TextTable table = new TextTable(
                Column.flexible("TARGET"),
                Column.fixed("KIND"),
                Column.number("FOR"),
                Column.flexible("STRICTEST"),
                Column.flexible("HELD BY"),
                Column.flexible("RELEASING RESTORES"));
        for (JsonNode held : items) {
            StringJoiner holders = new StringJoiner(", ");
            for (JsonNode holder : held.path("holders")) {
                String incident = Texts.text(holder, "incident");
                holders.add(incident.substring(0, Math.min(SHORT_ID, incident.length())) + " "
                        + Texts.text(holder, "action"));
            }
            table.row()
                    .cell(Texts.text(held, "target"))
                    .cell(Texts.text(held, "kind"))
                    .cell(Texts.age(
                            Texts.text(held, "since"), session.context().clock().instant()))
                    .cell(Texts.text(held, "strictest"))
                    .cell(holders.toString())
                    .cell(Texts.text(held, "restores"));
        }
        table.print(session.terminal());
    }
}
