package io.tiercel.rules.load;

import org.jspecify.annotations.Nullable;

/**
 * Where in the rule files a problem is.
 *
 * @param file name of the source
 * @param kind kind of the item, {@link ItemKind#FILE} if the problem is in no item
 * @param itemName name of the item; null if it has none (yet)
 * @param line line, from 1; 0 if the problem has no place inside the file
 * @param column column in Unicode code points, from 1; 0 as for the line
 * @param textPosition for a problem inside a condition or an output the character in that text, from 0; else -1
 * @param excerpt the line, cut to a window around the column if it is long; empty if there is no place
 * @param caret index in the excerpt that the column stands for
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
    /** A place that is a whole file. */
    static Location ofFile(String file) {
        return new Location(file, ItemKind.FILE, null, 0, 0, -1, "", 0);
    }

    /** The item in words, e.g. {@code rule "Shell in container"}. */
    public String item() {
        return itemName == null ? kind.label() : kind.label() + " \"" + itemName + "\"";
    }
}
