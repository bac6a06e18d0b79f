package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.local.terminal.DisplayText;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.local.terminal.Terminal.Style;
import io.tiercel.rules.text.Quantity;
import java.util.ArrayList;
import java.util.List;

/** The processes of an incident's alerts and their ancestors, oldest at the top. */
final class ProcessTree {
    private ProcessTree() {}

    /** Returns the lines of the picture; none without processes. */
    static List<String> lines(JsonNode tree, Terminal terminal) {
        List<String> lines = new ArrayList<>();
        JsonNode rows = tree.path("rows");
        for (int i = 0; i < rows.size(); i++) {
            if (rows.path(i).path("parent").isNull()) {
                draw(rows, i, "  ", "  ", terminal, lines);
            }
        }
        if (!rows.isEmpty() && !tree.path("complete").asBoolean()) {
            lines.add("  … and other processes");
        }
        return lines;
    }

    private static void draw(
            JsonNode rows, int index, String first, String others, Terminal terminal, List<String> lines) {
        JsonNode process = rows.path(index);
        long alerts = process.path("alerts").asLong();
        String name = Texts.text(process, "name", "?");
        String facts = " (" + Texts.text(process, "pid", "?") + ")";
        String user = Texts.text(process, "user");
        String command = Texts.text(process, "cmdline", Texts.text(process, "exe"));
        String mark = alerts == 0 ? "" : "  ◀ " + Quantity.of(alerts, "alert");
        String before = first + name + facts + (user.isEmpty() ? "" : " " + user);
        int room = terminal.width() - DisplayText.width(before) - DisplayText.width(mark) - 2;
        String shown =
                command.isEmpty() || command.equals(name) || room < 8 ? "" : "  " + DisplayText.cut(command, room);
        lines.add(first
                + (alerts == 0 ? name : terminal.styled(name, Style.URGENT))
                + facts
                + (user.isEmpty() ? "" : " " + user)
                + terminal.styled(shown, Style.DIM)
                + mark);
        List<Integer> children = children(rows, index);
        for (int child : children) {
            boolean last = child == children.getLast();
            draw(rows, child, others + (last ? "└─ " : "├─ "), others + (last ? "   " : "│  "), terminal, lines);
        }
    }

    /** Returns the indexes of the rows below a parent. They follow it. */
    private static List<Integer> children(JsonNode rows, int parent) {
        List<Integer> children = new ArrayList<>();
        for (int i = parent + 1; i < rows.size(); i++) {
            if (rows.path(i).path("parent").asInt(-1) == parent) {
                children.add(i);
            }
        }
        return children;
    }
}
