package io.tiercel.rules.load;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The name and text of a rule file. Line starts are computed when the first problem is reported. */
final class FileText {
    private static final int WINDOW = 120;

    private final String name;
    private final String text;
    private int @Nullable [] lineStarts;
    private boolean surrogates;

    FileText(String name, String text) {
        this.name = name;
        this.text = text;
    }

    String name() {
        return name;
    }

    String text() {
        return text;
    }

    /** Converts a line and a column (both from 0, columns in code points) to an index, limited to the line. */
    int offset(int line, int column) {
        int[] starts = starts();
        if (line >= starts.length) {
            return text.length();
        }
        int start = starts[line];
        int end = lineEnd(starts, line);
        if (!surrogates) {
            return Math.min(start + column, end);
        }
        return text.offsetByCodePoints(start, Math.min(column, text.codePointCount(start, end)));
    }

    /** Returns the line (from 0) that contains an index of the text. */
    int lineOf(int offset) {
        int found = Arrays.binarySearch(starts(), offset);
        return found >= 0 ? found : -found - 2;
    }

    /** Returns the column (from 0, in code points) of an index of the text. */
    int columnOf(int offset) {
        int start = starts()[lineOf(offset)];
        return surrogates ? text.codePointCount(start, offset) : offset - start;
    }

    /** Creates the location of a line and column, both from 0. */
    Location location(ItemKind kind, @Nullable String itemName, int line, int column, int textPosition) {
        int[] starts = starts();
        int shown = Math.min(line, starts.length - 1);
        int start = starts[shown];
        int end = lineEnd(starts, shown);
        int at = Math.min(offset(shown, column), end);
        int from = at - start <= WINDOW ? start : at - WINDOW / 2;
        int to = Math.min(end, from + WINDOW + WINDOW / 2);
        String excerpt = text.substring(from, to);
        return new Location(name, kind, itemName, line + 1, column + 1, textPosition, excerpt, at - from);
    }

    private int lineEnd(int[] starts, int line) {
        int end = line + 1 < starts.length ? starts[line + 1] : text.length();
        while (end > starts[line] && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return end;
    }

    private int[] starts() {
        int[] known = lineStarts;
        if (known != null) {
            return known;
        }
        int[] starts = new int[64];
        int count = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            surrogates |= Character.isSurrogate(c);
            if (c == '\n' || (c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n'))) {
                if (count == starts.length) {
                    starts = Arrays.copyOf(starts, count * 2);
                }
                starts[count++] = i + 1;
            }
        }
        int[] result = Arrays.copyOf(starts, count);
        lineStarts = result;
        return result;
    }
}
