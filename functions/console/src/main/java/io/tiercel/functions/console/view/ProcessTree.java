package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The processes of an incident's alerts and their ancestors, as rows of a picture. Each row is placed below its parent.
 *
 * @param rows the rows from top to bottom, a parent before its children
 * @param width width of the picture, pixels
 * @param height height of the picture, pixels
 */
public record ProcessTree(List<Row> rows, int width, int height) {
    private static final int MAX_ROWS = 40;
    private static final int MAX_ANCESTORS = 16;
    private static final int ROW_HEIGHT = 46;
    private static final int INDENT = 22;
    private static final int TEXT_WIDTH = 620;
    private static final int MARGIN = 4;
    private static final int BOX = 38;
    private static final int FIRST_LINE = 16;
    private static final int SECOND_LINE = 31;

    /**
     * One process.
     *
     * @param depth number of its ancestors in the picture
     * @param parentRow index of the parent's row; -1 without one
     * @param detected whether an alert is about it
     */
    public record Row(
            int index,
            int depth,
            int parentRow,
            String pid,
            String name,
            String exe,
            String commandLine,
            String user,
            String startTime,
            boolean detected) {
        /** Returns the left edge. */
        public int left() {
            return MARGIN + depth * INDENT;
        }

        /** Returns the top edge. */
        public int top() {
            return MARGIN + index * ROW_HEIGHT;
        }

        /** Returns the height of the box. */
        public int boxHeight() {
            return BOX;
        }

        /** Returns the width of the box. */
        public int boxWidth() {
            return TEXT_WIDTH;
        }

        /** Returns the base line of the first line of text. */
        public int firstLine() {
            return top() + FIRST_LINE;
        }

        /** Returns the base line of the second line of text. */
        public int secondLine() {
            return top() + SECOND_LINE;
        }

        /** Returns the left edge of the text. */
        public int textLeft() {
            return left() + 2 * MARGIN + 2;
        }

        /** Returns the position of the text at the right side. */
        public int textRight() {
            return left() + TEXT_WIDTH - 2 * MARGIN;
        }

        /** Returns the line from the parent, as data of an SVG path. */
        public String line() {
            int x = left() - INDENT + INDENT / 2;
            return "M" + x + " " + (MARGIN + parentRow * ROW_HEIGHT + BOX) + " V" + (top() + BOX / 2) + " H" + left();
        }

        /** Returns the command line, or the program's path without one. */
        public String command() {
            return commandLine.isEmpty() ? exe : commandLine;
        }
    }

    /** Returns whether no alert tells about processes. */
    public boolean empty() {
        return rows.isEmpty();
    }

    static ProcessTree of(List<JsonNode> alerts) {
        Map<String, Found> found = new LinkedHashMap<>();
        for (JsonNode alert : alerts) {
            List<JsonNode> chain = Fields.items(alert.path("context"), "ancestors")
                    .limit(MAX_ANCESTORS)
                    .toList();
            @Nullable Found parent = null;
            for (JsonNode process : chain.reversed()) {
                String key = Fields.text(process, "pid") + "@" + Fields.text(process, "startTime");
                Found next = found.get(key);
                if (next == null) {
                    if (found.size() >= MAX_ROWS) {
                        break;
                    }
                    next = new Found(process, parent == null);
                    found.put(key, next);
                    if (parent != null) {
                        parent.children.add(next);
                    }
                }
                parent = next;
            }
            if (parent != null) {
                parent.detected = true;
            }
        }
        List<Row> rows = new ArrayList<>();
        found.values().stream().filter(process -> process.root).forEach(root -> place(root, 0, -1, rows));
        int deepest = rows.stream().mapToInt(Row::depth).max().orElse(0);
        return new ProcessTree(
                List.copyOf(rows), 2 * MARGIN + deepest * INDENT + TEXT_WIDTH, 2 * MARGIN + rows.size() * ROW_HEIGHT);
    }

    private static void place(Found process, int depth, int parentRow, List<Row> rows) {
        int index = rows.size();
        JsonNode node = process.node;
        rows.add(new Row(
                index,
                depth,
                parentRow,
                Fields.text(node, "pid"),
                Fields.text(node, "name"),
                Fields.text(node, "exe"),
                Fields.text(node, "cmdline"),
                Fields.text(node, "user"),
                Fields.text(node, "startTime"),
                process.detected));
        process.children.forEach(child -> place(child, depth + 1, index, rows));
    }

    /** A process while the tree is built. */
    private static final class Found {
        private final JsonNode node;
        private final boolean root;
        private final List<Found> children = new ArrayList<>();
        private boolean detected;

        Found(JsonNode node, boolean root) {
            this.node = node;
            this.root = root;
        }
    }
}
