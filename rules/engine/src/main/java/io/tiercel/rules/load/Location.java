package io.tiercel.rules.load;

import org.jspecify.annotations.Nullable;

/**
 * The location of a problem in the rule files.
 *
 * @param file name of the source
 * @param kind kind of the item, {@link ItemKind#FILE} if the problem is not in an item
 * @param itemName name of the item; null if it has no name
 * @param line line number, from 1; 0 if the problem has no position in the file
 * @param column column in Unicode code points, from 1; 0 if the problem has no position in the file
 * @param textPosition position in the text of a condition or output, from 0; -1 for other problems
 * @param excerpt the line, truncated around the column if it is long; empty if the problem has no position in the file
 * @param caret index of the column in the excerpt
 */
public record Location(
        String file,
        ItemKind kind,
        @Nullable String itemName,
        int line,
        int column,
        int textPosition,
        String excerpt,
        int caret) {
    /** Creates a location for a whole file. */
    static Location ofFile(String file) {
        return new Location(file, ItemKind.FILE, null, 0, 0, -1, "", 0);
    }

    /** Returns the kind and name of the item, for example {@code rule "Shell in container"}. */
    public String item() {
        return itemName == null ? kind.label() : kind.label() + " \"" + itemName + "\"";
    }
}
