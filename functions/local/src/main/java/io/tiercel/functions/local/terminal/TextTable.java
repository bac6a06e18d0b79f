package io.tiercel.functions.local.terminal;

import io.tiercel.functions.local.terminal.Terminal.Style;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table that fits the width of the terminal. Columns that may shrink share what is missing, the widest first. */
public final class TextTable {
    private static final String GAP = "  ";
    private static final int MIN_COLUMN = 8;

    private final List<Column> columns;
    private final List<List<Cell>> rows = new ArrayList<>();

    /**
     * A column.
     *
     * @param title its title
     * @param shrinks whether its texts may be shortened
     * @param right whether its texts are aligned to the right
     */
    public record Column(String title, boolean shrinks, boolean right) {
        /** A column whose texts are shown completely. */
        public static Column fixed(String title) {
            return new Column(title, false, false);
        }

        /** A column of numbers. */
        public static Column number(String title) {
            return new Column(title, false, true);
        }

        /** A column whose texts may be shortened. */
        public static Column flexible(String title) {
            return new Column(title, true, false);
        }
    }

    private record Cell(String text, @Nullable Style style) {}

    /** Creates a table. */
    public TextTable(Column... columns) {
        this.columns = List.of(columns);
    }

    /** A row under construction. */
    public final class Row {
        private final List<Cell> cells = new ArrayList<>();

        /** Adds a cell. */
        public Row cell(String text) {
            return cell(text, null);
        }

        /** Adds a cell with a style. */
        public Row cell(String text, @Nullable Style style) {
            cells.add(new Cell(DisplayText.clean(text), style));
            return this;
        }
    }

    /** Adds a row; each column needs a cell. */
    public Row row() {
        Row row = new Row();
        rows.add(row.cells);
        return row;
    }

    /** Prints the table. */
    public void print(Terminal terminal) {
        int[] widths = widths(terminal.width());
        StringBuilder title = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            title.append(i == 0 ? "" : GAP).append(aligned(columns.get(i).title(), i, widths));
        }
        terminal.out().println(terminal.styled(title.toString().stripTrailing(), Style.DIM));
        for (List<Cell> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                Cell cell = row.get(i);
                String text = aligned(DisplayText.cut(cell.text(), widths[i]), i, widths);
                line.append(i == 0 ? "" : GAP)
                        .append(cell.style() == null ? text : terminal.styled(text, cell.style()));
            }
            terminal.out().println(line.toString().stripTrailing());
        }
    }

    private String aligned(String text, int column, int[] widths) {
        if (columns.get(column).right()) {
            return " ".repeat(Math.max(0, widths[column] - DisplayText.width(text))) + text;
        }
        return DisplayText.pad(text, widths[column]);
    }

    private int[] widths(int available) {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = DisplayText.width(columns.get(i).title());
            for (List<Cell> row : rows) {
                widths[i] = Math.max(widths[i], DisplayText.width(row.get(i).text()));
            }
        }
        long total = Arrays.stream(widths).asLongStream().sum() + (long) GAP.length() * (widths.length - 1);
        for (; total > available; total--) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                boolean shrinks = columns.get(i).shrinks() && widths[i] > MIN_COLUMN;
                if (shrinks && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }
}
