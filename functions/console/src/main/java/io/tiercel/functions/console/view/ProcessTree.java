package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The processes of an incident's alerts and their ancestors, as rows of a picture. Each row is placed below its parent.
 *
 * @param rows the rows from top to bottom, a parent before its children
 * @param width width of the picture, pixels
 * @param height height of the picture, pixels
 */
public record ProcessTree(List<Row> rows, int width, int height) {
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
        static Row of(int index, JsonNode row) {
            return new Row(
                    index,
                    (int) Fields.number(row, "depth"),
                    row.path("parent").asInt(-1),
                    Fields.text(row, "pid"),
                    Fields.text(row, "name"),
                    Fields.text(row, "exe"),
                    Fields.text(row, "cmdline"),
                    Fields.text(row, "user"),
                    Fields.text(row, "startTime"),
                    Fields.number(row, "alerts") > 0);
        }

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

    static ProcessTree of(JsonNode tree) {
        List<Row> rows = new ArrayList<>();
        Fields.items(tree, "rows").forEach(row -> rows.add(Row.of(rows.size(), row)));
        int deepest = rows.stream().mapToInt(Row::depth).max().orElse(0);
        return new ProcessTree(
                List.copyOf(rows), 2 * MARGIN + deepest * INDENT + TEXT_WIDTH, 2 * MARGIN + rows.size() * ROW_HEIGHT);
    }
}
