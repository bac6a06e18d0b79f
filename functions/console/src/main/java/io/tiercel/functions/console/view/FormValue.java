package io.tiercel.functions.console.view;

/**
 * A value that a form sends back. It is escaped, and otherwise unchanged, because the server compares it.
 *
 * @param text the value
 */
public record FormValue(String text) {
    @Override
    public String toString() {
        return text;
    }
}
