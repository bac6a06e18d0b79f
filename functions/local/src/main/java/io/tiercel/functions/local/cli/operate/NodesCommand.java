package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.local.cli.CommandLines;
import io.tiercel.functions.local.cli.ExitStatus;
import io.tiercel.functions.local.terminal.TextTable;
import io.tiercel.functions.local.terminal.TextTable.Column;
import io.tiercel.rules.text.Quantity;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code nodes}: the nodes with sensors, and what the sensors cannot see. */
@Command(name = "tiercel nodes", description = "Lists the nodes with sensors, and what each sensor cannot see.")
public final class NodesCommand implements Callable<Integer> {
    private static final int MAX = 2_000;

    private final OperatorContext context;

    @Mixin
    private final OperatorOptions options = new OperatorOptions();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only nodes in this state: reporting, unverified, stopped or silent.")
    private @Nullable String state;

    public NodesCommand(OperatorContext context) {
        this.context = context;
    }

    /** Runs the command and returns its exit status. */
    public int run(List<String> arguments) {
        return CommandLines.run(this, context.terminal(), arguments);
    }

    @Override
    public Integer call() {
        try (OperatorSession session = options.open(context)) {
            ObjectNode arguments = OperatorSession.arguments();
            if (state != null) {
                arguments.put("state", state);
            }
            ArrayNode nodes = session.items("list-nodes", arguments, MAX);
            if (session.json()) {
                session.printJson(OperatorSession.arguments().set("items", nodes));
            } else if (nodes.isEmpty()) {
                session.terminal().out().println("No nodes.");
            } else {
                print(session, nodes);
            }
        }
        return ExitStatus.OK.number();
    }

    private static void print(OperatorSession session, ArrayNode nodes) {
        TextTable table = new TextTable(
                Column.flexible("NODE"),
                Column.fixed("STATE"),
                Column.number("LAST"),
                Column.flexible("VERSION"),
                Column.flexible("KERNEL"),
                Column.number("RULES"),
                Column.number("LOST"),
                Column.number("ALERTS"),
                Column.flexible("LIMITATIONS"));
        TreeMap<String, Integer> limitations = new TreeMap<>();
        for (JsonNode node : nodes) {
            StringJoiner codes = new StringJoiner(" ").setEmptyValue("-");
            for (JsonNode limitation : node.path("limitations")) {
                String code = Texts.text(limitation, "code");
                codes.add(code);
                limitations.merge(code + ": " + Texts.text(limitation, "description"), 1, Integer::sum);
            }
            String nodeState = Texts.text(node, "state");
            table.row()
                    .cell(Texts.text(node, "node"))
                    .cell(nodeState, Texts.state(nodeState))
                    .cell(Texts.age(
                            Texts.text(node, "lastSeen"),
                            session.context().clock().instant()))
                    .cell(Texts.text(node, "version"))
                    .cell(Texts.text(node, "kernel"))
                    .cell(Texts.text(node, "rules"))
                    .cell(Texts.text(node, "lostEvents"))
                    .cell(Texts.text(node, "alerts"))
                    .cell(codes.toString());
        }
        table.print(session.terminal());
        limitations.forEach((limitation, count) ->
                session.terminal().out().println(limitation + " (" + Quantity.of(count, "node") + ")"));
    }
}
