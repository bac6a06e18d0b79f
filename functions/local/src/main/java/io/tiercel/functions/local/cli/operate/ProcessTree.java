package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.local.terminal.DisplayText;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.local.terminal.Terminal.Style;
import io.tiercel.rules.text.Quantity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The processes of an incident's alerts and their ancestors, oldest at the top. */
final class ProcessTree {
    private static final int MAX_PROCESSES = 60;
    private static final int MAX_ANCESTORS = 32;

    private final Map<String, Node> roots = new LinkedHashMap<>();
    private int size;
    private boolean complete = true;

    /** A process; ids are reused, so its key has the start time too. */
    private static final class Node {
        private final JsonNode process;
        private final Map<String, Node> children = new LinkedHashMap<>();
        private long alerts;

        Node(JsonNode process) {
            this.process = process;
        }
    }

    private ProcessTree() {}

    /** Returns the tree of alerts. Alerts of sensors without lineage show their process only. */
    static ProcessTree of(JsonNode alerts) {
        ProcessTree tree = new ProcessTree();
        for (JsonNode alert : alerts) {
            tree.add(lineage(alert));
        }
        return tree;
    }

    /** Returns the process of the alert and its ancestors, nearest first. */
    private static List<JsonNode> lineage(JsonNode alert) {
        List<JsonNode> lineage = new ArrayList<>();
        JsonNode ancestors = alert.path("context").path("ancestors");
        JsonNode fields = alert.path("output_fields");
        String pid = fields.path("proc.pid").asText("");
        String name = fields.path("proc.name").asText("");
        boolean included = !ancestors.isEmpty()
                && (pid.isEmpty()
                        ? ancestors.path(0).path("name").asText().equals(name)
                        : ancestors.path(0).path("pid").asText().equals(pid));
        if (!included && !name.isEmpty()) {
            var process = OperatorSession.arguments().put("name", name).put("pid", pid);
            process.put("cmdline", fields.path("proc.cmdline").asText(""));
            process.put("user", fields.path("user.name").asText(""));
            lineage.add(process);
        }
        for (JsonNode ancestor : ancestors) {
            if (lineage.size() < MAX_ANCESTORS) {
                lineage.add(ancestor);
            }
        }
        return lineage;
    }

    private void add(List<JsonNode> lineage) {
        Map<String, Node> level = roots;
        Node last = null;
        for (JsonNode process : lineage.reversed()) {
            String key = process.path("pid").asText() + "/"
                    + process.path("startTime").asText() + "/"
                    + process.path("name").asText();
            Node node = level.get(key);
            if (node == null) {
                if (size >= MAX_PROCESSES) {
                    complete = false;
                    return;
                }
                node = new Node(process);
                level.put(key, node);
                size++;
            }
            last = node;
            level = node.children;
        }
        if (last != null) {
            last.alerts++;
        }
    }

    /** Returns the lines of the picture; none without processes. */
    List<String> lines(Terminal terminal) {
        List<String> lines = new ArrayList<>();
        roots.values().forEach(root -> draw(root, "  ", "  ", terminal, lines));
        if (!complete) {
            lines.add("  … and other processes");
        }
        return lines;
    }

    private static void draw(Node node, String first, String others, Terminal terminal, List<String> lines) {
        String name = Texts.text(node.process, "name", "?");
        String facts = " (" + Texts.text(node.process, "pid", "?") + ")";
        String user = Texts.text(node.process, "user");
        String command = Texts.text(node.process, "cmdline", Texts.text(node.process, "exe"));
        String mark = node.alerts == 0 ? "" : "  ◀ " + Quantity.of(node.alerts, "alert");
        String before = first + name + facts + (user.isEmpty() ? "" : " " + user);
        int room = terminal.width() - DisplayText.width(before) - DisplayText.width(mark) - 2;
        String shown =
                command.isEmpty() || command.equals(name) || room < 8 ? "" : "  " + DisplayText.cut(command, room);
        lines.add(first
                + (node.alerts == 0 ? name : terminal.styled(name, Style.URGENT))
                + facts
                + (user.isEmpty() ? "" : " " + user)
                + terminal.styled(shown, Style.DIM)
                + mark);
        int left = node.children.size();
        for (Node child : node.children.values()) {
            boolean last = --left == 0;
            draw(child, others + (last ? "└─ " : "├─ "), others + (last ? "   " : "│  "), terminal, lines);
        }
    }
}
