package io.tiercel.functions.console.view;

/**
 * A text of several lines. Elements that show it keep its line feeds.
 *
 * @param text the lines
 */
public record Lines(String text) {
    @Override
    public String toString() {
        return text;
    }
}
